// Exposures, payouts and rewards of an era, as Apps shows and as events tell them.
import { strict as assert } from 'node:assert'
import { activeEra, finalised } from './chain.mjs'
import { ROUNDING } from './derives.mjs'

/** Blocks in which the chain has to pay an era by itself, if it does so at all. */
const PAYOUT_BLOCKS = 40

/** Waits for an era in which `staker` stands behind Delegates with all of its `stake`. */
export async function exposedEra (api, blocks, staker, stake) {
  return blocks.until(`an era that exposes ${staker}`, async () => {
    const era = await activeEra(api)
    const { nominators, validators } = await api.derive.staking.eraExposure(era)
    if (nominators[staker] === undefined) {
      return undefined
    }
    const backed = nominators[staker].map(({ validatorId }) => validatorId)
    const total = backed
      .flatMap((validator) => [...validators[validator].others])
      .filter(({ who }) => who.eq(staker))
      .reduce((sum, { value }) => sum + value.unwrap().toBigInt(), 0n)
    // An election may have read the stake while there was less of it.
    if (total <= stake - ROUNDING * BigInt(backed.length)) {
      return undefined
    }
    assert.ok(total <= stake, `${total} of ${stake} exposed`)
    const shown = (await api.derive.staking.stakerRewards(staker, true)).find((reward) => reward.era.eqn(era))
    assert.deepEqual(Object.keys(shown.validators).sort(), [...backed].sort())
    return { era, backed }
  })
}

/**
 * Waits for the end of `era` and until the shares of its Delegates are paid: by the chain itself, which
 * only happens where eras pay rewards, or else by `payer`.
 */
export async function payEra ({ api, blocks, era, backed, staker, payer, rewards }) {
  await blocks.until(`the end of era ${era}`, async () => await activeEra(api) > era)
  const ended = blocks.number
  const open = async () => {
    const pages = await api.query.staking.claimedRewards.multi(backed.map((validator) => [era, validator]))
    return backed.filter((_, index) => pages[index].length === 0)
  }
  const wait = rewards ? PAYOUT_BLOCKS : 0
  let left = await open()
  while (left.length > 0 && blocks.number < ended + wait) {
    await blocks.next()
    left = await open()
  }
  const within = blocks.number - ended
  if (left.length === 0) {
    assert.equal((await shownReward(api, era, staker)).isClaimed, true)
    return `by itself within ${within} blocks`
  }
  // One after the other: stakers share Delegates, and a Delegate's page is paid once.
  turn = turn.then(async () => {
    left = await open()
    if (left.length === backed.length) {
      // Apps offers to pay what it takes for unpaid, looking at one of the Delegates.
      const { isClaimed, validators } = await shownReward(api, era, staker)
      assert.equal(isClaimed, false)
      assert.deepEqual(Object.keys(validators).sort(), left.sort())
    }
    for (const validator of left) {
      const { block } = await finalised(api, api.tx.staking.payoutStakersByPage(validator, era, 0), payer)
      await blocks.reach(block)
    }
    assert.equal((await shownReward(api, era, staker)).isClaimed, true)
  })
  await turn
  return 'called for'
}
let turn = Promise.resolve()

/** What Apps shows of the rewards of `staker` for an `era` that has ended. */
async function shownReward (api, era, staker) {
  // Derived values stay in memory for some seconds; a new connection has none.
  const fresh = await api.clone().isReady
  const ended = await fresh.derive.staking.stakerRewards(staker, false)
  await fresh.disconnect()
  return ended.find((reward) => reward.era.eqn(era))
}

/** POP units that `staker` was paid for `era`, after checking that this is its share of the era. */
export async function rewardOf ({ api, blocks, era, backed, staker, rewards }) {
  const { PayoutStarted, Rewarded } = api.events.staking
  let paying
  let paid = 0n
  for (const event of blocks.events()) {
    if (PayoutStarted.is(event)) {
      paying = event.data.eraIndex.toNumber()
    } else if (Rewarded.is(event) && paying === era && event.data.stash.eq(staker)) {
      paid += event.data.amount.toBigInt()
    }
  }
  const due = await share(api, era, backed, staker)
  // The chain rounds each factor to a billionth.
  const difference = due > paid ? due - paid : paid - due
  assert.ok(difference * 1_000_000n <= due, `${due} is due for era ${era}, ${paid} was paid`)
  assert.ok(paid > 0n || !rewards, `no reward for era ${era}`)
  return paid
}

/**
 * What the points and exposures of `era` give `staker`. `derive.staking.stakerRewards` is of no use for
 * it: it divides by the stake of the nominators alone, so Apps shows too much.
 */
async function share (api, era, backed, staker) {
  const { staking } = api.query
  const reward = (await staking.erasValidatorReward(era)).unwrapOrDefault().toBigInt()
  const points = await staking.erasRewardPoints(era)
  const individual = new Map([...points.individual].map(([who, n]) => [who.toString(), n.toBigInt()]))
  let due = 0n
  for (const validator of backed) {
    const [prefs, overview, page] = await Promise.all([
      staking.erasValidatorPrefs(era, validator),
      staking.erasStakersOverview(era, validator),
      staking.erasStakersPaged(era, validator, 0)
    ])
    const { value } = page.unwrap().others.find(({ who }) => who.eq(staker))
    const all = reward * individual.get(validator) / points.total.toBigInt()
    const divided = all - all * prefs.commission.unwrap().toBigInt() / 1_000_000_000n
    due += divided * value.unwrap().toBigInt() / overview.unwrap().total.unwrap().toBigInt()
  }
  return due
}
