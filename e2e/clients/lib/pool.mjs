// An account that opens a nomination pool, and one that joins it, earns LIT and leaves.
import { strict as assert } from 'node:assert'
import { activeEra, addsUp, finalised, held, only, pop, UNIT } from './chain.mjs'
import { checkBalances, poolAccounts } from './derives.mjs'
import { exposedEra, payEra, rewardOf } from './eras.mjs'

const OPENED_WITH = 1_000n * UNIT
const JOINED_WITH = 100_000n * UNIT
const NAME = 'A pool of the tests'
const HOLD = 'DelegatedStaking.StakingDelegation'
/** Scale of the rate at which stake generates LIT. */
const RATE_SCALE = 10n ** 24n
/** Blocks for which the LIT that stake generates is measured. */
const MEASURED_BLOCKS = 20

/** Goes through the whole membership of `member`, which owns `funds` POP units. */
export async function join ({ api, blocks, founder, member, funds, delegates, lender, rewards }) {
  const { address } = member
  const pools = api.tx.nominationPools
  const send = (tx, signer = member) => finalised(api, tx, signer)

  const opened = await send(pools.create(OPENED_WITH, founder.address, founder.address, founder.address), founder)
  const id = only(api.events.nominationPools.Created, opened.events).poolId.toNumber()
  const { stash, reward: rewardAccount } = await poolAccounts(api, id)
  await send(pools.setMetadata(id, NAME), founder)
  await send(pools.nominate(id, delegates), founder)
  const joined = await send(pools.join(JOINED_WITH, id))
  const event = only(api.events.nominationPools.Bonded, joined.events)
  assert.ok(event.bonded.toBigInt() === JOINED_WITH && event.joined.isTrue)
  await checkPool(api, id, stash)

  // The POP stays in the member's own account and generates LIT there, exactly at the rate.
  assert.equal(await held(api, address, HOLD), JOINED_WITH)
  assert.equal((await pop(api, address)).free, funds - JOINED_WITH)
  await checkBalances(api, address)
  const perBlock = await measuredLit({ api, blocks, address })

  // It gives back the LIT that it was lent; from now on stake pays.
  await send(api.tx.lit.transferAll(lender, false))
  const leave = pools.unbond(address, JOINED_WITH)
  const fee = (await leave.paymentInfo(address)).partialFee.toBigInt()
  const available = async () => (await api.call.popnetApi.litAvailable(address)).toBigInt()
  await blocks.until('LIT for a fee', async () => await available() > 2n * fee)

  const { era, backed } = await exposedEra(api, blocks, stash, OPENED_WITH + JOINED_WITH)
  const payout = await payEra({ api, blocks, era, backed, staker: stash, payer: founder, rewards })
  const poolReward = await rewardOf({ api, blocks, era, backed, staker: stash, rewards })
  const claimed = await claim({ api, send, address, rewardAccount, rewards })

  const left = await send(leave)
  const unbonded = only(api.events.nominationPools.Unbonded, left.events)
  assert.equal(unbonded.balance.toBigInt(), JOINED_WITH)
  const leftIn = await activeEra(api)
  const due = unbonded.era.toNumber()
  assert.equal(due, leftIn + api.consts.staking.bondingDuration.toNumber())
  assert.equal(await held(api, address, HOLD), JOINED_WITH)

  await blocks.until('the end of unbonding', async () => await activeEra(api) >= due)
  const withdrawn = await send(pools.withdrawUnbonded(address, 0))
  assert.equal(only(api.events.nominationPools.Withdrawn, withdrawn.events).balance.toBigInt(), JOINED_WITH)
  assert.ok((await api.query.nominationPools.poolMembers(address)).isNone)
  const { fees, generated } = await addsUp(api, blocks, address)
  const { free, reserved } = await pop(api, address)
  assert.equal(reserved, 0n)
  assert.ok(free >= funds + claimed)
  assert.equal(await checkBalances(api, address), free)

  return {
    pool: id,
    exposedInEra: era,
    payout,
    poolReward: poolReward.toString(),
    claimed: claimed.toString(),
    erasUntilWithdrawal: due - leftIn,
    litPerBlock: perBlock.toString(),
    litGenerated: generated.toString(),
    litFees: fees.toString()
  }
}

/** Checks what Apps shows in its list of pools. */
async function checkPool (api, id, stash) {
  const { bondedPools, metadata, rewardPools } = api.query.nominationPools
  const [bonded, name, reward] = await Promise.all([bondedPools(id), metadata(id), rewardPools(id)])
  assert.ok(reward.isSome)
  assert.equal(name.toUtf8(), NAME)
  const { points, memberCounter, state } = bonded.unwrap()
  assert.equal(points.toBigInt(), OPENED_WITH + JOINED_WITH)
  assert.ok(memberCounter.toNumber() === 2 && state.isOpen)
  const balance = await api.call.nominationPoolsApi.poolBalance(id)
  assert.equal(balance.toBigInt(), OPENED_WITH + JOINED_WITH)
  const staked = await api.derive.staking.account(stash)
  assert.equal(staked.stakingLedger.active.unwrap().toBigInt(), OPENED_WITH + JOINED_WITH)
}

/** LIT units that the stake of a member generates in a block, after checking that they are right. */
async function measuredLit ({ api, blocks, address }) {
  const start = blocks.number
  await blocks.reach(start + MEASURED_BLOCKS)
  const available = async (number) => {
    const at = await api.at(await api.rpc.chain.getBlockHash(number))
    return (await at.call.popnetApi.litAvailable(address)).toBigInt()
  }
  const generated = await available(start + MEASURED_BLOCKS) - await available(start)
  const rate = (await api.query.litGeneration.current()).rate.toBigInt()
  const expected = JOINED_WITH * rate * BigInt(MEASURED_BLOCKS) / RATE_SCALE
  const difference = generated - expected
  assert.ok(difference >= -1n && difference <= 1n, `${generated} LIT units instead of ${expected}`)
  return generated / BigInt(MEASURED_BLOCKS)
}

/** Claims what the pool owes, exactly as much as Apps shows; returns the POP units. */
async function claim ({ api, send, address, rewardAccount, rewards }) {
  const pending = (await api.call.nominationPoolsApi.pendingRewards(address)).toBigInt()
  assert.ok(pending > 0n || !rewards, 'the member has earned nothing')
  if (pending === 0n) {
    return 0n
  }
  const before = await pop(api, address)
  const { events } = await send(api.tx.nominationPools.claimPayout())
  const { payout } = only(api.events.nominationPools.PaidOut, events)
  assert.ok(payout.toBigInt() >= pending)
  assert.equal((await pop(api, address)).free, before.free + payout.toBigInt())
  assert.ok((await pop(api, rewardAccount)).free > 0n)
  return payout.toBigInt()
}
