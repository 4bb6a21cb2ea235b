// Drives a development node with @polkadot/api: reads POP, LIT, staking and our pallets, then sends
// a transfer whose fee is paid in LIT that stake generates.
//
// usage: node polkadot-api.mjs <ws endpoint>
import { strict as assert } from 'node:assert'
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api'

const endpoint = process.argv[2] ?? 'ws://127.0.0.1:9944'
const POP = 10n ** 12n
const api = await ApiPromise.create({ provider: new WsProvider(endpoint), noInitWarn: true })

/** Sends `tx` and resolves with its events once it is in a finalised block. */
function finalised (tx, signer) {
  return new Promise((resolve, reject) => {
    tx.signAndSend(signer, ({ status, events, dispatchError }) => {
      if (dispatchError !== undefined) {
        reject(new Error(dispatchError.isModule
          ? JSON.stringify(api.registry.findMetaError(dispatchError.asModule))
          : dispatchError.toString()))
      } else if (status.isFinalized) {
        resolve(events.map(({ event }) => event))
      } else if (status.isInvalid || status.isDropped || status.isUsurped) {
        reject(new Error(`transaction ${status.type}`))
      }
    }).catch(reject)
  })
}

const keyring = new Keyring({ type: 'sr25519' })
const [alice, ferdie] = ['//Alice', '//Ferdie'].map((uri) => keyring.addFromUri(uri))

// What Apps and wallets read.
assert.deepEqual(api.registry.chainTokens, ['POP', 'LIT'])
assert.deepEqual(api.registry.chainDecimals, [12, 12])
const pop = (await api.query.system.account(alice.address)).data
assert.ok(pop.free.toBigInt() + pop.reserved.toBigInt() > 1_000_000n * POP)
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
const gift = api.tx.lit.transferAllowDeath(ferdie.address, 10n ** 11n)
await finalised(gift, alice)
await finalised(api.tx.staking.bond(100_000n * POP, 'Staked'), ferdie)
await finalised(api.tx.lit.transferAll(alice.address, false), ferdie).catch(() => {})
const before = (await api.query.lit.account(ferdie.address)).free.toBigInt()
const issuance = (await api.query.lit.totalIssuance()).toBigInt()

let blocks = 0
await new Promise((resolve) => {
  api.rpc.chain.subscribeFinalizedHeads(() => { if (++blocks > 5) resolve() })
})
const target = keyring.addFromUri('//E2E//Receiver')
const events = await finalised(api.tx.balances.transferKeepAlive(target.address, 5n * POP), ferdie)
const fee = events.find((event) => api.events.transactionPayment.TransactionFeePaid.is(event))
const generated = events.find((event) => api.events.litGeneration.Generated.is(event))
assert.ok(fee !== undefined && fee.data.actualFee.toBigInt() > 0n, 'a fee was paid')
assert.ok(generated !== undefined, 'stake generated the LIT that paid it')
assert.ok(generated.data.amount.toBigInt() >= fee.data.actualFee.toBigInt() - before)
assert.equal((await api.query.system.account(target.address)).data.free.toBigInt(), 5n * POP)
const after = (await api.query.lit.totalIssuance()).toBigInt()
console.log(JSON.stringify({
  blocks,
  fee: fee.data.actualFee.toString(),
  generated: generated.data.amount.toString(),
  litIssuanceChange: (after - issuance).toString()
}))
await api.disconnect()
process.exit(0)
