// A referendum that grants money from the treasury, from the preimage to the returned deposits.
import { strict as assert } from 'node:assert'
import { delay, palletAccount } from './apps.mjs'
import { addsUp, explain, finalised, held, keyring, only, pop, UNIT } from './chain.mjs'
import { checkBalances, checkProposals } from './derives.mjs'

const TRACK = 14
const GRANT = 200n * UNIT
const POT = 500n * UNIT
const BOUNTY = { value: 150n * UNIT, description: 'Translate the documentation' }
/** Tenths of a vote that one POP counts for, and lock periods that a vote on the winning side is held. */
const CONVICTIONS = { None: [1n, 0], Locked1x: [10n, 1], Locked2x: [20n, 2], Locked3x: [30n, 4] }
const BILLION = 1_000_000_000n

/** `proposer` asks for a grant to a new account; `voters` are accounts with their votes. */
export async function decide ({ api, blocks, proposer, voters, name }) {
  const { address } = proposer
  const send = (tx, signer = proposer) => finalised(api, tx, signer)
  const beneficiary = keyring.addFromUri(`//Clients//Beneficiary//${name}`).address
  const treasury = palletAccount(api, api.consts.treasury.palletId)
  const [, track] = api.consts.referenda.tracks.find(([id]) => id.eqn(TRACK))

  await send(api.tx.bounties.proposeBounty(BOUNTY.value, BOUNTY.description))
  await checkProposals(api, { ...BOUNTY, proposer: address })
  await send(api.tx.balances.transferKeepAlive(treasury, POT))
  const before = await pop(api, address)
  const heldBefore = await held(api, address, 'Preimage.Preimage')

  // The proposal and its deposits.
  const call = api.tx.treasury.spend(null, GRANT, beneficiary, null).method
  await send(api.tx.preimage.notePreimage(call.toHex()))
  const len = call.encodedLength
  await checkPreimage(api, call, len, address)
  const submitted = await send(api.tx.referenda.submit(
    { Origins: 'Treasury' }, { Lookup: { hash: call.hash, len } }, { After: 1 }
  ))
  const submission = only(api.events.referenda.Submitted, submitted.events)
  const index = submission.index.toNumber()
  assert.equal(submission.track.toNumber(), TRACK)
  await send(api.tx.referenda.placeDecisionDeposit(index))
  const deposits = api.consts.referenda.submissionDeposit.toBigInt() + track.decisionDeposit.toBigInt()
  const preimage = await held(api, address, 'Preimage.Preimage') - heldBefore
  assert.ok(preimage > 0n)
  assert.equal((await pop(api, address)).reserved, before.reserved + deposits + preimage)

  // Votes, and when Apps says that they will have decided.
  await Promise.all(voters.map(({ account, balance, conviction, aye }) => send(
    api.tx.convictionVoting.vote(index, { Standard: { vote: { aye, conviction }, balance } }), account
  )))
  await checkLocks(api, index, voters)
  const { since, tally } = await blocks.until('the decision', async () => {
    const { deciding, tally } = (await api.query.referenda.referendumInfoFor(index)).unwrap().asOngoing
    return deciding.isSome ? { since: deciding.unwrap().since.toNumber(), tally } : undefined
  })
  checkTally(tally, voters)
  const passing = since + await blocksUntilPassing(api, track, tally)
  const [confirming, approved] = await blocks.until('approval', () => {
    const ours = (kind) => blocks.all(kind).filter((data) => data.index.eqn(index)).at(-1)
    assert.equal(ours(api.events.referenda.Rejected), undefined, 'rejected')
    const events = [ours(api.events.referenda.ConfirmStarted), ours(api.events.referenda.Confirmed)]
    return events.every((event) => event !== undefined) && events
  })
  const late = confirming.block - passing
  assert.ok(late >= 0 && late <= 2, `passes in block ${passing}, is confirmed from ${confirming.block}`)
  const confirmed = approved.block - confirming.block
  assert.ok(confirmed >= track.confirmPeriod.toNumber() && confirmed <= track.confirmPeriod.toNumber() + 2)
  const [end] = (await api.query.referenda.referendumInfoFor(index)).unwrap().asApproved

  // Votes are taken back while the proposal waits to be enacted; then it is paid, to the unit.
  const [spend, ...unlocked] = await Promise.all([
    enacted({ api, blocks, since: approved.block, beneficiary }),
    ...voters.map((vote) => unlock({ api, blocks, send, index, end, ...vote }))
  ])
  assert.equal(spend.amount.toBigInt(), GRANT)
  const paid = await send(api.tx.treasury.payout(spend.index))
  assert.ok(only(api.events.treasury.Paid, paid.events).index.eq(spend.index))
  assert.equal((await pop(api, beneficiary)).free, GRANT)
  await send(api.tx.treasury.checkStatus(spend.index))
  assert.ok((await api.query.treasury.spends(spend.index)).isNone)
  await addsUp(api, blocks, beneficiary)

  // Everything comes back.
  await send(api.tx.referenda.refundDecisionDeposit(index))
  await send(api.tx.referenda.refundSubmissionDeposit(index))
  await send(api.tx.preimage.unnotePreimage(call.hash))
  const after = await pop(api, address)
  assert.deepEqual(after, before)
  return {
    referendum: index,
    passingAfter: passing - since,
    confirmedAfter: confirmed,
    enactedAfter: spend.block - approved.block,
    grant: GRANT.toString(),
    unlockedAfter: unlocked
  }
}

/** Reads the call back as Apps does: from the request that names the deposit. */
async function checkPreimage (api, call, len, depositor) {
  const status = (await api.query.preimage.requestStatusFor(call.hash)).unwrap().asUnrequested
  assert.ok(status.ticket[0].eq(depositor) && status.len.eqn(len))
  const bytes = (await api.query.preimage.preimageFor([call.hash, len])).unwrap()
  assert.deepEqual(api.registry.createType('Call', bytes).toHuman(), call.toHuman())
}

/** What is voted with is locked, and Apps shows it. */
async function checkLocks (api, index, voters) {
  for (const { account: { address }, balance, conviction, aye } of voters) {
    const { lockedBalance, lockedBreakdown } = await api.derive.balances.all(address)
    assert.equal(lockedBalance.toBigInt(), balance)
    assert.deepEqual(lockedBreakdown.map(({ id }) => id.toUtf8().trim()), ['pyconvot'])
    await checkBalances(api, address)
    const casting = (await api.query.convictionVoting.votingFor(address, TRACK)).asCasting
    const [, vote] = casting.votes.find(([poll]) => poll.eqn(index))
    assert.equal(vote.asStandard.balance.toBigInt(), balance)
    assert.equal(vote.asStandard.vote.conviction.type, conviction)
    assert.equal(vote.asStandard.vote.isAye, aye)
    const [[track, locked]] = await api.query.convictionVoting.classLocksFor(address)
    assert.ok(track.eqn(TRACK) && locked.toBigInt() === balance)
  }
}

function checkTally (tally, voters) {
  const sum = (votes, weight) => votes.reduce((total, vote) => total + weight(vote), 0n)
  const votes = ({ balance, conviction }) => balance * CONVICTIONS[conviction][0] / 10n
  const [ayes, nays] = [true, false].map((side) => voters.filter(({ aye }) => aye === side))
  assert.equal(tally.ayes.toBigInt(), sum(ayes, votes))
  assert.equal(tally.nays.toBigInt(), sum(nays, votes))
  assert.equal(tally.support.toBigInt(), sum(ayes, ({ balance }) => balance))
}

/** Blocks after the start of the decision in which the curves reach the tally, as Apps computes. */
async function blocksUntilPassing (api, track, tally) {
  const [total, inactive] = await Promise.all([
    api.query.balances.totalIssuance(), api.query.balances.inactiveIssuance()
  ])
  const [ayes, nays, support] = [tally.ayes, tally.nays, tally.support].map((n) => n.toBigInt())
  const approvalDelay = delay(track.minApproval, ayes * BILLION / (ayes + nays))
  const supportDelay = delay(track.minSupport, support * BILLION / (total.toBigInt() - inactive.toBigInt()))
  const longest = approvalDelay > supportDelay ? approvalDelay : supportDelay
  return Number(track.decisionPeriod.toBigInt() * longest / BILLION)
}

/** Waits until the treasury owes something to `beneficiary`; fails if what was scheduled fails. */
function enacted ({ api, blocks, since, beneficiary }) {
  return blocks.until('enactment', () => {
    for (const { result } of blocks.all(api.events.scheduler.Dispatched, since)) {
      assert.ok(result.isOk, result.isErr && explain(api, result.asErr))
    }
    return blocks.all(api.events.treasury.AssetSpendApproved, since)
      .find((data) => data.beneficiary.eq(beneficiary))
  })
}

/** Takes a vote back when its lock ends, and not before; returns the blocks that this took. */
async function unlock ({ api, blocks, send, index, end, account, balance, conviction, aye }) {
  const { address } = account
  const release = api.tx.convictionVoting.unlock(TRACK, address)
  const period = api.consts.convictionVoting.voteLockingPeriod.toNumber()
  const locked = aye ? period * CONVICTIONS[conviction][1] : 0
  const free = end.toNumber() + locked
  const { block } = await send(api.tx.utility.batchAll([
    api.tx.convictionVoting.removeVote(TRACK, index), release
  ]), account)
  if (block < free) {
    assert.equal((await pop(api, address)).frozen, balance)
    await blocks.reach(free)
    await send(release, account)
  }
  assert.equal((await pop(api, address)).frozen, 0n)
  assert.ok((await api.derive.balances.all(address)).lockedBalance.isZero())
  return locked
}
