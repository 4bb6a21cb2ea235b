// Drives a node with polkadot-api: its command line tool writes typed descriptors for this chain, with
// which a client is type-checked, signs and sends, and reads storage, events and runtime APIs. What it
// reads is compared with what @polkadot/api reads in the same block.
//
// usage: node papi.mjs <ws endpoint of a development node>
import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'polkadot-api'
import { getPolkadotSigner } from 'polkadot-api/signer'
import { getWsProvider } from 'polkadot-api/ws'
import { connect, keyring, run, say, UNIT } from './lib/chain.mjs'

const endpoint = process.argv[2]
if (endpoint === undefined) {
  console.error('usage: node papi.mjs <ws endpoint>')
  process.exit(2)
}

/** Milliseconds for one of the programs that this starts. */
const PROGRAM_LIMIT = 120_000
const here = import.meta.dirname
const [alice, bob, dave] = ['Alice', 'Bob', 'Dave'].map((name) => keyring.addFromUri(`//${name}`))
const signerOf = (pair) => getPolkadotSigner(pair.publicKey, 'Sr25519', (bytes) => pair.sign(bytes))

await run(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'popnet-papi-'))
  try {
    return await check(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

async function check (folder) {
  const other = await connect(endpoint)
  const { descriptors, metadataBytes, codegenSeconds } = await generate(folder)
  typecheck(folder)
  say('the client is type-checked')

  const client = createClient(getWsProvider(endpoint))
  const api = client.getTypedApi(descriptors)
  const { name, genesisHash, properties } = await client.getChainSpecData()
  assert.equal(name, other.runtimeChain.toString())
  assert.equal(genesisHash, other.genesisHash.toHex())
  assert.equal(descriptors.genesis, genesisHash)
  assert.deepEqual(properties, { ss58Format: 42, tokenDecimals: [12, 12], tokenSymbol: ['POP', 'LIT'] })
  const { compat } = await api.getStaticApis()
  for (const entry of [compat.tx.Balances.transfer_keep_alive, compat.query.Lit.Account,
    compat.query.Masternodes.Masternodes, compat.apis.PopnetApi.lit_projection]) {
    assert.ok(entry.isCompatible())
  }

  const compared = await compare({ api, client, other })
  say('both clients read the same')
  const sent = await send({ api, other })
  await refuse(api)
  client.destroy()
  return { codegenSeconds, metadataBytes, compared, ...sent }
}

/** Has the command line tool write descriptors into `folder`, as a developer would. */
async function generate (folder) {
  symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(join(folder, '.papi'))
  // Without a package there is nothing to install, so no registry is asked.
  writeFileSync(join(folder, '.papi/polkadot-api.json'), JSON.stringify({
    version: 0, descriptorPath: '.papi/descriptors', options: { noDescriptorsPackage: true }, entries: {}
  }))
  const started = Date.now()
  program(folder, 'polkadot-api/bin/cli.js', ['add', 'pop', '--wsUrl', endpoint])
  const codegenSeconds = Math.round((Date.now() - started) / 100) / 10
  const { pop } = await import(join(folder, '.papi/descriptors/dist/index.js'))
  const metadataBytes = readFileSync(join(folder, '.papi/metadata/pop.scale')).length
  say('descriptors are generated')
  return { descriptors: pop, metadataBytes, codegenSeconds }
}

/** The types that the tool wrote have to be those that the client in `papi-types.ts` expects. */
function typecheck (folder) {
  cpSync(join(here, 'lib/papi-types.ts'), join(folder, 'client.ts'))
  program(folder, 'typescript/bin/tsc', [
    '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext',
    '--moduleResolution', 'bundler', 'client.ts'
  ])
}

/** Runs a program of an installed package in `folder`; what it printed is only told if it fails. */
function program (folder, path, options) {
  try {
    execFileSync(process.execPath, [join(folder, 'node_modules', path), ...options], {
      cwd: folder, stdio: 'pipe', timeout: PROGRAM_LIMIT
    })
  } catch (error) {
    throw new Error(`${path} failed:\n${error.stdout}${error.stderr}`)
  }
}

/** Reads one block with both clients; returns how many values were compared. */
async function compare ({ api, client, other }) {
  const { hash, number } = await client.getFinalizedBlock()
  const release = client.hodlBlock(hash)
  const at = { at: hash }
  const block = await other.at(hash)
  const [stash, spender] = [bob.address, dave.address]
  const big = (value) => value.toBigInt()
  const pairs = []
  const same = async (what, ours, theirs) => {
    const [left, right] = await Promise.all([ours, theirs])
    assert.deepEqual(left, right, what)
    pairs.push(what)
  }

  await same('block', number, (await block.query.system.number()).toNumber())
  for (const address of [stash, spender]) {
    const { data } = await block.query.system.account(address)
    const { data: read } = await api.query.System.Account.getValue(address, at)
    for (const field of ['free', 'reserved', 'frozen']) {
      await same(`POP ${field}`, read[field], big(data[field]))
    }
    const lit = await block.query.lit.account(address)
    await same('LIT', (await api.query.Lit.Account.getValue(address, at)).free, big(lit.free))
    await same('LIT available', api.apis.PopnetApi.lit_available(address, at),
      big(await block.call.popnetApi.litAvailable(address)))
  }
  await same('issuance of POP', api.query.Balances.TotalIssuance.getValue(at),
    big(await block.query.balances.totalIssuance()))
  await same('issuance of LIT', api.query.Lit.TotalIssuance.getValue(at),
    big(await block.query.lit.totalIssuance()))
  await same('LIT of a day', api.apis.PopnetApi.lit_projection(1_000n * UNIT, at),
    big(await block.call.popnetApi.litProjection(1_000n * UNIT)))

  const era = (await block.query.staking.activeEra()).unwrap()
  await same('era', (await api.query.Staking.ActiveEra.getValue(at)).index, era.index.toNumber())
  const ledger = (await block.query.staking.ledger(stash)).unwrap()
  const readLedger = await api.query.Staking.Ledger.getValue(stash, at)
  await same('stake', [readLedger.stash, readLedger.active], [stash, big(ledger.active.unwrap())])
  await same('Delegates', api.query.Session.Validators.getValue(at),
    (await block.query.session.validators()).map(String))

  const masternodes = await api.query.Masternodes.Masternodes.getEntries(at)
  const theirs = await block.query.masternodes.masternodes.entries()
  assert.ok(masternodes.length >= 12)
  await same('Masternodes', masternodes.map(({ keyArgs: [account] }) => account).sort(),
    theirs.map(([{ args: [account] }]) => account.toString()).sort())
  await same('views of Masternodes', (await api.apis.PopnetApi.masternodes(at)).length,
    (await block.call.popnetApi.masternodes()).length)
  await same('tracks', (await api.constants.Referenda.Tracks()).map(([id, { name }]) => [id, name]),
    other.consts.referenda.tracks.map(([id, { name }]) => [id.toNumber(), name.toString()]))
  release()
  return pairs.length
}

/** Sends POP and LIT at once; both clients have to see the same transfer, fee and balances. */
async function send ({ api, other }) {
  const receiver = keyring.addFromUri(`//Clients//PapiReceiver//${Date.now()}`).address
  const amounts = { pop: 3n * UNIT + 7n, lit: UNIT / 10n + 3n }
  const dest = { type: 'Id', value: receiver }
  const batch = api.tx.Utility.batch_all({
    calls: [
      api.tx.Balances.transfer_keep_alive({ dest, value: amounts.pop }).decodedCall,
      api.tx.Lit.transfer_keep_alive({ dest, value: amounts.lit }).decodedCall
    ]
  })
  const estimate = await batch.getEstimatedFees(alice.address)
  const result = await batch.signAndSubmit(signerOf(alice))
  assert.equal(result.ok, true, JSON.stringify(result.dispatchError))
  say(`block ${result.block.number}: the batch`)

  const [transfer] = api.event.Balances.Transfer.filter(result.events)
  assert.deepEqual(transfer.payload, { from: alice.address, to: receiver, amount: amounts.pop })
  const [paid] = api.event.TransactionPayment.TransactionFeePaid.filter(result.events)
  const { actual_fee: fee, tip, who } = paid.payload
  assert.ok(who === alice.address && tip === 0n && fee > 0n && fee <= estimate, `${fee} of ${estimate}`)
  const inBlock = await api.event.Balances.Transfer.get(result.block.hash)
  assert.ok(inBlock.some(({ payload }) => payload.to === receiver && payload.amount === amounts.pop))

  const records = await other.query.system.events.at(result.block.hash)
  const theirs = (kind) => records.map(({ event }) => event).filter((event) => kind.is(event))
  const seen = theirs(other.events.balances.Transfer).find(({ data }) => data.to.eq(receiver))
  assert.equal(seen.data.amount.toBigInt(), amounts.pop)
  const feeSeen = theirs(other.events.transactionPayment.TransactionFeePaid)
    .find(({ data }) => data.who.eq(alice.address))
  assert.equal(feeSeen.data.actualFee.toBigInt(), fee)

  const { data } = await api.query.System.Account.getValue(receiver)
  const lit = await api.query.Lit.Account.getValue(receiver)
  assert.deepEqual([data.free, lit.free], [amounts.pop, amounts.lit])
  assert.equal((await other.query.system.account(receiver)).data.free.toBigInt(), amounts.pop)
  assert.equal((await other.query.lit.account(receiver)).free.toBigInt(), amounts.lit)
  return { fee: fee.toString(), estimate: estimate.toString() }
}

/** A call that one of our pallets refuses fails with an error that has a name. */
async function refuse (api) {
  // Without stake there is no LIT to claim.
  const { ok, dispatchError } = await api.tx.LitGeneration.claim().signAndSubmit(signerOf(dave))
  assert.equal(ok, false)
  const error = { type: 'LitGeneration', value: { type: 'NothingToClaim', value: undefined } }
  assert.deepEqual(dispatchError, { type: 'Module', value: error })
}
