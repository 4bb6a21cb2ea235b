// An account that bonds, nominates, is rewarded, and takes everything back.
import { strict as assert } from 'node:assert'
import { activeEra, addsUp, finalised, held, only, pop, UNIT } from './chain.mjs'
import { checkBalances } from './derives.mjs'
import { exposedEra, rewardOf, payEra } from './eras.mjs'

const STAKE = 10_000n * UNIT

/** Goes through the whole cycle with `account`, which owns `funds` POP units; sends them to `heir`. */
export async function nominate ({ api, blocks, account, funds, delegates, heir, rewards }) {
  const { address } = account
  const send = (tx) => finalised(api, tx, account)
  const { staking } = api.tx

  const bonded = await send(staking.bond(STAKE, 'Stash'))
  assert.equal(only(api.events.staking.Bonded, bonded.events).amount.toBigInt(), STAKE)
  assert.deepEqual(await pop(api, address), {
    free: funds - STAKE, reserved: STAKE, frozen: 0n, total: funds
  })
  assert.equal(await held(api, address, 'Staking.Staking'), STAKE)
  await send(staking.nominate(delegates))
  const shown = await api.derive.staking.account(address)
  assert.equal(shown.stakingLedger.active.unwrap().toBigInt(), STAKE)
  assert.deepEqual(shown.nominators.map(String), delegates)
  assert.equal(shown.rewardDestination.type, 'Stash')
  assert.equal(shown.unlocking, undefined)
  await checkBalances(api, address)

  // Elected with us behind them.
  const { era, backed } = await exposedEra(api, blocks, address, STAKE)
  assert.ok(backed.every((validator) => delegates.includes(validator)))

  const payout = await payEra({ api, blocks, era, backed, staker: address, payer: account, rewards })
  const reward = await rewardOf({ api, blocks, era, backed, staker: address, rewards })

  // Out again, in two parts; nobody gets anything early.
  const first = 4_000n * UNIT
  const unbonded = await send(staking.unbond(first))
  assert.equal(only(api.events.staking.Unbonded, unbonded.events).amount.toBigInt(), first)
  await send(staking.chill())
  await send(staking.unbond(STAKE - first))
  const unbondedIn = await activeEra(api)
  const leaving = await api.derive.staking.account(address)
  const waiting = leaving.unlocking.reduce((sum, { value }) => sum + value.toBigInt(), 0n)
  assert.equal(waiting, STAKE)
  assert.ok(leaving.redeemable.isZero() && leaving.stakingLedger.active.unwrap().isZero())
  const bondingEras = api.consts.staking.bondingDuration.toNumber()
  for (const { remainingEras } of leaving.unlocking) {
    // An era that is elected and has not begun counts.
    assert.ok(remainingEras.gten(bondingEras - 1) && remainingEras.lten(bondingEras + 1))
  }
  const early = await send(staking.withdrawUnbonded(0))
  assert.ok(early.events.every((event) => !api.events.staking.Withdrawn.is(event)))
  assert.equal(await held(api, address, 'Staking.Staking'), STAKE)

  await blocks.until('unbonding', async () => {
    const { redeemable } = await api.derive.staking.account(address)
    return redeemable.toBigInt() === STAKE
  })
  const withdrawnIn = await activeEra(api)
  const withdrawn = await send(staking.withdrawUnbonded(0))
  assert.equal(only(api.events.staking.Withdrawn, withdrawn.events).amount.toBigInt(), STAKE)
  assert.ok((await api.query.staking.ledger(address)).isNone)
  const sums = await addsUp(api, blocks, address)
  assert.deepEqual(await pop(api, address), {
    free: funds + sums.rewards, reserved: 0n, frozen: 0n, total: funds + sums.rewards
  })

  // Apps lets everything go, and everything goes.
  assert.equal(await checkBalances(api, address), funds + sums.rewards)
  await send(api.tx.balances.transferAll(heir, false))
  assert.equal((await pop(api, address)).total, 0n)
  const { fees, generated } = await addsUp(api, blocks, address)

  return {
    exposedInEra: era,
    delegates: backed.length,
    payout,
    reward: reward.toString(),
    rewards: sums.rewards.toString(),
    erasUntilWithdrawal: withdrawnIn - unbondedIn,
    litGenerated: generated.toString(),
    litFees: fees.toString()
  }
}
