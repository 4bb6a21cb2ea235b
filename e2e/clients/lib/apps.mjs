// When polkadot.js Apps shows a page for a chain, as its routing decides (packages/apps-routing of
// 2025), and what its pages for staking and governance take from the metadata.
import { strict as assert } from 'node:assert'
import { unwrapStorageType } from '@polkadot/types/util'

const NOBODY = new Uint8Array(32)
const BILLION = 1_000_000_000n

/** Pages that must be there: what the routing asks for, and what the page calls. */
const PAGES = {
  accounts: [
    'query.system.account', 'query.balances.locks', 'query.proxy.proxies', 'query.multisig.multisigs',
    'tx.balances.transferKeepAlive', 'tx.balances.transferAll', 'tx.balances.transferAllowDeath'
  ],
  staking: [
    'query.staking.erasStakersOverview', 'query.staking.erasStakersPaged', 'query.staking.activeEra',
    'query.staking.minNominatorBond', 'query.staking.minCommission', 'query.session.validators',
    'tx.staking.bond', 'tx.staking.bondExtra', 'tx.staking.unbond', 'tx.staking.rebond',
    'tx.staking.withdrawUnbonded', 'tx.staking.nominate', 'tx.staking.chill', 'tx.staking.validate',
    'tx.staking.setPayee', 'tx.staking.payoutStakers', 'tx.staking.payoutStakersByPage',
    'tx.session.setKeys', 'call.stakingApi.nominationsQuota'
  ],
  pools: [
    'query.nominationPools.minCreateBond', 'query.nominationPools.bondedPools',
    'query.nominationPools.rewardPools', 'query.nominationPools.poolMembers',
    'query.nominationPools.metadata', 'consts.nominationPools.palletId', 'tx.nominationPools.join',
    'tx.nominationPools.create', 'tx.nominationPools.unbond', 'tx.nominationPools.withdrawUnbonded',
    'tx.nominationPools.claimPayout', 'call.nominationPoolsApi.pendingRewards'
  ],
  bags: ['query.voterList.counterForListNodes', 'query.voterList.listBags', 'tx.voterList.rebag'],
  referenda: [
    'tx.referenda.submit', 'tx.convictionVoting.vote', 'query.referenda.referendumInfoFor',
    'query.referenda.decidingCount', 'consts.referenda.tracks', 'consts.referenda.submissionDeposit',
    'tx.referenda.placeDecisionDeposit', 'tx.referenda.refundDecisionDeposit',
    'tx.referenda.refundSubmissionDeposit', 'query.convictionVoting.votingFor',
    'query.convictionVoting.classLocksFor', 'consts.convictionVoting.voteLockingPeriod',
    'tx.convictionVoting.delegate', 'tx.convictionVoting.removeVote', 'tx.convictionVoting.unlock'
  ],
  preimages: [
    'query.preimage.statusFor', 'query.preimage.requestStatusFor', 'query.preimage.preimageFor',
    'tx.preimage.notePreimage', 'tx.preimage.unnotePreimage'
  ],
  treasury: ['query.treasury.proposals', 'consts.treasury.palletId', 'consts.treasury.spendPeriod'],
  bounties: ['tx.bounties.proposeBounty', 'query.bounties.bounties'],
  scheduler: ['query.scheduler.agenda'],
  time: ['call.auraApi.slotDuration', 'query.timestamp.now']
}

/** What would hide these pages, bring up ones for other kinds of chains, or change how they work. */
const ABSENT = [
  // Staking on Asset Hub.
  'query.stakingAhClient', 'tx.stakingAhClient', 'tx.stakingRcClient',
  // Other ways to choose who produces blocks.
  'query.collatorSelection', 'query.parachainStaking', 'query.imOnline',
  // Governance before referenda with tracks.
  'query.democracy', 'query.council', 'query.technicalCommittee', 'query.elections',
  // Pages that would show what the exchange uses within.
  'tx.assets', 'tx.contracts'
]

function part (api, path) {
  return path.split('.').reduce((value, name) => value?.[name], api)
}

/** Checks every condition; returns how many there were. */
export function checkPages (api) {
  const wanted = Object.values(PAGES).flat()
  const missing = wanted.filter((path) => part(api, path) === undefined)
  assert.deepEqual(missing, [], 'missing for Apps')
  const disturbing = ABSENT.filter((path) => part(api, path) !== undefined)
  assert.deepEqual(disturbing, [], 'there, and Apps would take the chain for another kind')

  // Staking: the overview, the call and the claims have to look as Apps knows them.
  const { registry } = api
  const stored = (entry) => unwrapStorageType(registry, entry.creator.meta.type)
  const overview = registry.createType(stored(api.query.staking.erasStakersOverview), {
    total: 1, own: 1, nominatorCount: 1, pageCount: 1
  })
  for (const field of ['total', 'own', 'nominatorCount', 'pageCount']) {
    assert.equal(BigInt(overview[field].toString()), 1n, `${field} of the overview`)
  }
  assert.equal(api.tx.staking.bond.meta.args.length, 2)
  api.tx.staking.bond(1, { Account: NOBODY })
  const claimed = registry.createType(stored(api.query.staking.claimedRewards), [0])
  assert.ok(claimed.eq([0]), 'the claims are no list of pages')

  // Referenda: Apps draws the two curves of each track, and a voter picks the origin by its name.
  for (const [id, track] of api.consts.referenda.tracks) {
    checkTrack(id.toNumber(), track)
  }
  const ids = api.consts.referenda.tracks.map(([id]) => id.toNumber())
  assert.deepEqual(ids, [0, 10, 11, 12, 13, 14, 15, 16])
  const origin = registry.createType(api.tx.referenda.submit.meta.args[0].type.toString(), {
    Origins: 'Treasury'
  })
  assert.deepEqual(origin.toJSON(), { origins: 'Treasury' })

  // The units by which Apps shows balances and fees.
  assert.deepEqual(registry.chainTokens, ['POP', 'LIT'])
  assert.deepEqual(registry.chainDecimals, [12, 12])
  assert.equal(registry.chainSS58, 42)
  return wanted.length + ABSENT.length + ids.length
}

/** The name of a track, which is a fixed number of bytes on the chain. */
export function trackName (track) {
  return track.name.replace(/\0+$/, '').toString()
}

function checkTrack (id, track) {
  const name = trackName(track)
  assert.match(name, /^[a-z ]+$/, `name of track ${id}`)
  assert.ok(track.confirmPeriod.lte(track.decisionPeriod), `${name}: confirming takes longer than deciding`)
  assert.ok(track.minEnactmentPeriod.gtn(0) && track.decisionDeposit.gtn(0), name)
  const support = points(track.minSupport)
  const approval = points(track.minApproval)
  for (const [what, curve] of Object.entries({ support, approval })) {
    const falls = curve.every((y, index) => index === 0 || y <= curve[index - 1])
    assert.ok(falls, `${name}: ${what} rises`)
  }
  const [first, last] = [approval[0], approval.at(-1)]
  assert.ok(first >= BILLION - 1n && last >= BILLION / 2n - 1n, `${name}: approval ${first} to ${last}`)
  assert.ok(support[0] >= BILLION / 10n && support.at(-1) >= BILLION / 100n, `${name}: support`)
}

/** A curve at 0 %, 1 %, … 100 % of the decision period, in billionths. */
function points (curve) {
  return Array.from({ length: 101 }, (_, percent) => at(curve, BigInt(percent) * BILLION / 100n))
}

function at (curve, x) {
  if (curve.isLinearDecreasing) {
    const { length, floor, ceil } = numbers(curve.asLinearDecreasing)
    return ceil - (x < length ? x : length) * (ceil - floor) / length
  }
  assert.ok(curve.isReciprocal, `a curve of kind ${curve.type}`)
  const { factor, xOffset, yOffset } = numbers(curve.asReciprocal)
  const y = factor * BILLION / (x + xOffset) + yOffset
  return y < BILLION ? y : BILLION
}

/** How far a decision period has to pass until a linear curve is down at `y`; both in billionths. */
export function delay (curve, y) {
  const { length, floor, ceil } = numbers(curve.asLinearDecreasing)
  if (y > ceil) {
    return 0n
  }
  return y < floor ? BILLION : (ceil - y) * length / (ceil - floor)
}

function numbers (struct) {
  return Object.fromEntries([...struct.entries()].map(([name, value]) => [name, value.toBigInt()]))
}

/** The account of a pallet, computed as Apps does. */
export function palletAccount (api, palletId, ...rest) {
  const bytes = Buffer.concat([Buffer.from('modl'), palletId.toU8a(), ...rest.map((part) => Buffer.from(part))])
  return api.registry.createType('AccountId', Buffer.concat([bytes, Buffer.alloc(32)]).subarray(0, 32)).toString()
}
