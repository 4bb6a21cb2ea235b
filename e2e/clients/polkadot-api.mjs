// Drives a development node with @polkadot/api: reads POP, LIT, staking and our pallets, then sends
// a transfer whose fee is paid in LIT that stake generates.
//
// usage: node polkadot-api.mjs <ws endpoint>
import { strict as assert } from 'node:assert'
import { Blocks, connect, finalised, keyring, only, run, UNIT } from './lib/chain.mjs'

const endpoint = process.argv[2] ?? 'ws://127.0.0.1:9944'

await run(async () => {
  const api = await connect(endpoint)
  const [alice, ferdie] = ['//Alice', '//Ferdie'].map((uri) => keyring.addFromUri(uri))

  // What Apps and wallets read.
  assert.deepEqual(api.registry.chainTokens, ['POP', 'LIT'])
  assert.deepEqual(api.registry.chainDecimals, [12, 12])
  const pop = (await api.query.system.account(alice.address)).data
  assert.ok(pop.free.toBigInt() + pop.reserved.toBigInt() > 1_000_000n * UNIT)
  const lit = await api.query.lit.account(alice.address)
  assert.ok(lit.free.toBigInt() > 0n)
  assert.equal((await api.query.staking.validatorCount()).toNumber(), 3)
  const overview = await api.derive.staking.overview()
  assert.equal(overview.validators.length, 3)
  const masternodes = await api.query.masternodes.masternodes.entries()
  assert.ok(masternodes.length >= 12, `${masternodes.length} Masternodes`)
  for (const pallet of ['content', 'moderation', 'masternodes', 'superdelegates', 'litGeneration']) {
    assert.ok(api.tx[pallet] !== undefined || api.query[pallet] !== undefined, pallet)
  }

  // Ferdie owns POP but no LIT. Staking needs a fee: Alice lends a hand with the first LIT, he bonds,
  // spends what is left of it, and from then on his stake pays.
  const one = await api.query.lit.account(ferdie.address)
  assert.equal(one.free.toBigInt(), 0n)
  await finalised(api, api.tx.lit.transferAllowDeath(ferdie.address, UNIT / 10n), alice)
  await finalised(api, api.tx.staking.bond(100_000n * UNIT, 'Staked'), ferdie)
  await finalised(api, api.tx.lit.transferAll(alice.address, false), ferdie).catch(() => {})
  const before = (await api.query.lit.account(ferdie.address)).free.toBigInt()
  const issuance = (await api.query.lit.totalIssuance()).toBigInt()

  const blocks = await Blocks.follow(api)
  await blocks.reach(blocks.number + 6)
  const target = keyring.addFromUri('//E2E//Receiver')
  const transfer = api.tx.balances.transferKeepAlive(target.address, 5n * UNIT)
  const { events } = await finalised(api, transfer, ferdie)
  const fee = only(api.events.transactionPayment.TransactionFeePaid, events).actualFee.toBigInt()
  assert.ok(fee > 0n, 'a fee was paid')
  const generated = only(api.events.litGeneration.Generated, events).amount.toBigInt()
  assert.ok(generated >= fee - before, 'stake generated the LIT that paid it')
  assert.equal((await api.query.system.account(target.address)).data.free.toBigInt(), 5n * UNIT)
  const after = (await api.query.lit.totalIssuance()).toBigInt()
  return {
    blocks: blocks.number,
    fee: fee.toString(),
    generated: generated.toString(),
    litIssuanceChange: (after - issuance).toString()
  }
})
