// What polkadot.js Apps does with a chain, without its windows: the conditions under which it shows its
// pages, the values that they show, and staking, pools and a referendum from beginning to end.
//
// usage: node staking.mjs <ws endpoint of a development node> [--rewards]
//   --rewards  eras have to pay rewards
import { checkPages } from './lib/apps.mjs'
import { activeEra, Blocks, connect, finalised, keyring, run, UNIT } from './lib/chain.mjs'
import { checkBags, checkOverview } from './lib/derives.mjs'
import { nominate } from './lib/nominator.mjs'
import { join } from './lib/pool.mjs'
import { decide } from './lib/referendum.mjs'

const [endpoint, ...flags] = process.argv.slice(2)
if (endpoint === undefined || flags.some((flag) => flag !== '--rewards')) {
  console.error('usage: node staking.mjs <ws endpoint> [--rewards]')
  process.exit(2)
}
const rewards = flags.includes('--rewards')

const [alice, bob, charlie, dave, eve] = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve']
  .map((name) => keyring.addFromUri(`//${name}`))
const delegates = [alice, bob, charlie].map(({ address }) => address)

const POP = { nominator: 20_000n, founder: 2_000n, member: 100_500n, candidate: 20_000n }

await run(async () => {
  const api = await connect(endpoint)
  const conditions = checkPages(api)
  const blocks = await Blocks.follow(api)

  // Accounts that this chain has not seen, each with the LIT for its first fees.
  const name = blocks.number
  const fresh = Object.fromEntries(Object.keys(POP).map(
    (role) => [role, keyring.addFromUri(`//Clients//${role}//${name}`)]
  ))
  await finalised(api, api.tx.utility.batchAll(Object.entries(fresh).flatMap(([role, { address }]) => [
    api.tx.balances.transferKeepAlive(address, POP[role] * UNIT),
    api.tx.lit.transferKeepAlive(address, UNIT)
  ])), eve)

  const { candidate, founder, member, nominator } = fresh
  const common = { api, blocks, delegates, rewards }
  const [nomination, pool, referendum, overview] = await Promise.all([
    nominate({ ...common, account: nominator, funds: POP.nominator * UNIT, heir: eve.address }),
    join({ ...common, founder, member, funds: POP.member * UNIT, lender: eve.address }),
    decide({
      api,
      blocks,
      name,
      proposer: dave,
      voters: [
        { account: alice, balance: 9_000_000n * UNIT, conviction: 'Locked1x', aye: true },
        { account: bob, balance: 8_000_000n * UNIT, conviction: 'Locked2x', aye: true },
        { account: eve, balance: 5_000_000n * UNIT, conviction: 'None', aye: true },
        { account: charlie, balance: 2_000_000n * UNIT, conviction: 'Locked3x', aye: false }
      ]
    }),
    stand({ api, blocks, candidate })
  ])
  return { conditions, ...overview, nomination, pool, referendum }
})

/** `candidate` stands as a Delegate with too little stake to be elected, and gives up again. */
async function stand ({ api, blocks, candidate }) {
  const send = (tx) => finalised(api, tx, candidate)
  await send(api.tx.staking.bond(10_000n * UNIT, 'Stash'))
  await send(api.tx.staking.validate({ commission: 50_000_000, blocked: false }))
  await blocks.until('an era to look back at', async () => await activeEra(api) > 0)
  const overview = await checkOverview(api, delegates, candidate.address)
  const voters = await checkBags(api, [...delegates, candidate.address])
  await send(api.tx.staking.chill())
  return { ...overview, voters }
}
