// What the pages of polkadot.js Apps show of a chain, taken as they take it: through `api.derive`. Each
// value is compared with what the chain stores, or with what has to hold on a development chain.
import { strict as assert } from 'node:assert'
import { palletAccount } from './apps.mjs'
import { UNIT, withinSession } from './chain.mjs'

/** POP that each Delegate of the development preset has bonded. */
const STAKE = 1_000_000n * UNIT
const BLOCK_POINTS = 20
/** Elections count in units of a 2^64th of the issuance; a stake loses less than this by it. */
export const ROUNDING = 1_000n

const names = (accounts) => accounts.map((account) => account.toString()).sort()

/** Checks the overview: Delegates, eras, sessions, points. `waiting` stands without being elected. */
export async function checkOverview (api, delegates, waiting) {
  const { derive, query } = api
  const seen = await withinSession(api, async () => ({
    era: (await query.staking.activeEra()).unwrap(),
    session: await query.session.currentIndex(),
    progress: await derive.session.progress(),
    overview: await derive.staking.overview(),
    elected: await derive.staking.electedInfo({
      withClaimedRewardsEras: true, withExposure: true, withExposureMeta: true, withPrefs: true
    }),
    waiting: await derive.staking.waitingInfo(),
    stashes: await derive.staking.stashes(),
    points: await derive.staking.currentPoints(),
    prefs: await derive.staking.erasPrefs(true),
    allPoints: await derive.staking.erasPoints(true)
  }))

  const expected = names(delegates)
  assert.deepEqual(names(seen.overview.validators), expected)
  assert.deepEqual(names(seen.overview.nextElected), expected)
  assert.equal(seen.overview.validatorCount.toNumber(), expected.length)
  for (const indexes of [seen.overview, seen.progress]) {
    assert.ok(indexes.activeEra.eq(seen.era.index) && indexes.currentIndex.eq(seen.session))
  }
  // Apps knows how far a session is for BABE only, so it shows their numbers and no progress.
  assert.equal(seen.progress.isEpoch, false)
  assert.equal(seen.progress.sessionsPerEra.toNumber(), 3)

  assert.deepEqual(names(seen.elected.info.map(({ accountId }) => accountId)), expected)
  for (const { accountId, exposureMeta, validatorPrefs } of seen.elected.info) {
    const own = exposureMeta.unwrap().own.toBigInt()
    const { stakingLedger } = await derive.staking.account(accountId)
    // Rewards that are bonded make the stake grow.
    assert.ok(own > STAKE - ROUNDING && own <= stakingLedger.active.unwrap().toBigInt(), `${accountId}: ${own}`)
    assert.ok(exposureMeta.unwrap().total.toBigInt() >= own)
    assert.ok(validatorPrefs.commission.toBigInt() === 0n)
  }

  assert.deepEqual(names(seen.stashes), names([...delegates, waiting]))
  assert.deepEqual(names(seen.waiting.waiting), [waiting])
  assert.equal(seen.waiting.info[0].validatorPrefs.commission.unwrap().toNumber(), 50_000_000)

  // Whoever produces a block gets points, in the era that is running too.
  const sum = [...seen.points.individual.values()].reduce((total, n) => total + n.toNumber(), 0)
  assert.equal(sum, seen.points.total.toNumber())
  const eras = seen.era.index.toNumber() + 1
  assert.equal(seen.allPoints.length, Math.min(eras, api.consts.staking.historyDepth.toNumber()))
  for (const { eraPoints, validators } of seen.allPoints.slice(0, -1)) {
    const individual = Object.values(validators).map((n) => n.toNumber())
    assert.equal(individual.reduce((total, n) => total + n, 0), eraPoints.toNumber())
    assert.ok(individual.every((n) => n > 0 && n % BLOCK_POINTS === 0), `points ${individual}`)
    assert.deepEqual(names(Object.keys(validators)), expected)
  }
  for (const { validators } of seen.prefs) {
    assert.deepEqual(names(Object.keys(validators)), expected)
  }
  return { era: seen.era.index.toNumber(), erasSeen: seen.allPoints.length }
}

/** Checks the sorted list of voters: each stash is in the bag that its stake asks for. */
export async function checkBags (api, voters) {
  const shown = await api.derive.bagsList.all()
  for (const [index, { bagLower, bagUpper }] of shown.entries()) {
    assert.ok(bagUpper.gt(bagLower))
    assert.ok(index === 0 || bagUpper.eq(shown[index - 1].bagLower), 'bags are not in order')
  }
  // `derive.bagsList.listNodes` waits for ever, as it ends only when a subscription does; and stashes
  // change their bags while it reads. So this reads the lists of one block.
  const { voterList } = (await api.at(await api.rpc.chain.getFinalizedHead())).query
  const bags = (await voterList.listBags.entries())
    .map(([{ args: [upper] }, bag]) => ({ upper: upper.toBigInt(), bag: bag.unwrap() }))
    .sort((one, other) => (one.upper < other.upper ? -1 : 1))
  const found = []
  let lower = 0n
  for (const { upper, bag } of bags) {
    for (let next = bag.head; next.isSome;) {
      const { id, bagUpper, score, next: following } = (await voterList.listNodes(next.unwrap())).unwrap()
      assert.equal(bagUpper.toBigInt(), upper)
      assert.ok(score.toBigInt() > lower && score.toBigInt() <= upper, `${id} is in the wrong bag`)
      found.push(id.toString())
      next = following
    }
    lower = upper
  }
  assert.equal(found.length, (await voterList.counterForListNodes()).toNumber())
  for (const voter of voters) {
    assert.ok(found.includes(voter), `${voter} is in no bag`)
  }
  return found.length
}

/** Checks the balances that Apps shows on its page of accounts, and returns the transferable part. */
export async function checkBalances (api, address) {
  const [all, account, info] = await Promise.all([
    api.derive.balances.all(address),
    api.derive.balances.account(address),
    api.derive.accounts.info(address)
  ])
  const { data, nonce } = await api.query.system.account(address)
  assert.equal(info.accountId.toString(), address)
  assert.ok(all.accountNonce.eq(nonce))
  for (const seen of [all, account]) {
    assert.ok(seen.freeBalance.eq(data.free) && seen.reservedBalance.eq(data.reserved))
  }
  assert.ok(all.lockedBalance.eq(data.frozen), 'locks and frozen POP differ')
  // What is on hold counts towards what is frozen; whoever has any of both keeps the least balance.
  const [free, reserved, frozen] = [data.free, data.reserved, data.frozen].map((n) => n.toBigInt())
  const least = reserved + frozen > 0n ? api.consts.balances.existentialDeposit.toBigInt() : 0n
  const kept = frozen - reserved > least ? frozen - reserved : least
  const transferable = all.transferable.toBigInt()
  assert.equal(transferable, free > kept ? free - kept : 0n)
  return transferable
}

/** Checks the lists of proposals, and that a bounty is shown with its description. */
export async function checkProposals (api, { proposer, description, value }) {
  const { approvals, proposalCount, proposals } = await api.derive.treasury.proposals()
  assert.ok(proposalCount.eq(await api.query.treasury.proposalCount()))
  assert.deepEqual([approvals.length, proposals.length], [0, 0])
  const bounties = await api.derive.bounties.bounties()
  assert.equal(bounties.length, (await api.query.bounties.bountyCount()).toNumber())
  const ours = bounties.find(({ bounty }) => bounty.proposer.eq(proposer))
  assert.equal(ours.description, description)
  assert.equal(ours.bounty.value.toBigInt(), value)
  assert.ok(ours.bounty.status.isProposed)
}

/** The two accounts of a nomination pool, as Apps computes them and as the chain says. */
export async function poolAccounts (api, id) {
  const index = Buffer.alloc(4)
  index.writeUInt32LE(id)
  const { palletId } = api.consts.nominationPools
  const [stash, reward] = [0, 1].map((kind) => palletAccount(api, palletId, [kind], index))
  const accounts = await api.call.nominationPoolsApi.poolAccounts(id)
  assert.deepEqual(accounts.map((account) => account.toString()), [stash, reward])
  return { stash, reward }
}
