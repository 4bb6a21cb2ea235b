// What the scripts with @polkadot/api share: connecting, sending, following finalised blocks, and
// checking that an account owns what the events of the chain say.
import { strict as assert } from 'node:assert'
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api'

/** One POP, and one LIT. */
export const UNIT = 10n ** 12n
/** Milliseconds for everything, and without a block. */
const TIME_LIMIT = 8 * 60_000
const STALL = 60_000
const started = Date.now()

/** Seconds since the start. */
const seconds = () => Math.round((Date.now() - started) / 100) / 10

/** Tells on the standard error what has been done, for whoever looks for the cause of a failure. */
export function say (text) {
  console.error(`${seconds()} s  ${text}`)
}

/** Runs `main`, prints what it returns as JSON, and ends the process with a code that tells success. */
export async function run (main) {
  const end = (code, text) => process.stderr.write(`${text}\n`, () => process.exit(code))
  setTimeout(() => end(1, 'failed: the time limit has passed'), TIME_LIMIT).unref()
  try {
    const figures = await main()
    figures.seconds = seconds()
    process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0))
  } catch (error) {
    end(1, `failed: ${error.stack ?? error}`)
  }
}

/** Connects to the node. */
export async function connect (endpoint) {
  try {
    return await ApiPromise.create({
      provider: new WsProvider(endpoint), noInitWarn: true, throwOnConnect: true
    })
  } catch (error) {
    throw new Error(`no node answers at ${endpoint}: ${error.message}`)
  }
}

/** The development keys, and fresh ones below `//Clients`. */
export const keyring = new Keyring({ type: 'sr25519' })

/** Sends `tx` and resolves with its events and its block once that is finalised. */
export function finalised (api, tx, signer) {
  const name = `${tx.method.section}.${tx.method.method}`
  return new Promise((resolve, reject) => {
    tx.signAndSend(signer, ({ status, events, dispatchError, blockNumber }) => {
      if (dispatchError !== undefined) {
        reject(new Error(`${name}: ${explain(api, dispatchError)}`))
      } else if (status.isFinalized) {
        say(`block ${blockNumber}: ${name}`)
        resolve({ events: events.map(({ event }) => event), block: blockNumber.toNumber() })
      } else if (status.isInvalid || status.isDropped || status.isUsurped) {
        reject(new Error(`${name}: the transaction is ${status.type}`))
      }
    }).catch((error) => reject(new Error(`${name}: ${error.message}`)))
  })
}

/** A dispatch error in words. */
export function explain (api, error) {
  if (!error.isModule) {
    return error.toString()
  }
  const { section, name, docs } = api.registry.findMetaError(error.asModule)
  return `${section}.${name}: ${docs.join(' ')}`
}

/** The only event of `kind` among `events`. */
export function only (kind, events) {
  const found = events.filter((event) => kind.is(event))
  assert.equal(found.length, 1, `${found.length} events of ${kind.meta.name}`)
  return found[0].data
}

/** Every event of every finalised block since it was started, in order. */
export class Blocks {
  number
  #api
  #events = []
  #waiting = []
  #failure

  /** Starts with the next block that is finalised. */
  static async follow (api) {
    const blocks = new Blocks()
    blocks.#api = api
    const head = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())
    blocks.number = head.number.toNumber()
    let work = Promise.resolve()
    await api.rpc.chain.subscribeFinalizedHeads((header) => {
      work = work.then(() => blocks.#read(header.number.toNumber()))
        .catch((error) => { blocks.#failure ??= error })
        .finally(() => { blocks.#waiting.splice(0).forEach((wake) => wake()) })
    })
    return blocks
  }

  // A head may stand for several blocks.
  async #read (newest) {
    while (this.number < newest) {
      const number = this.number + 1
      const hash = await this.#api.rpc.chain.getBlockHash(number)
      const records = await this.#api.query.system.events.at(hash)
      this.#events.push(...records.map(({ event }) => ({ number, event })))
      this.number = number
    }
  }

  /** The data of all events of `kind` so far, after block `since`. */
  all (kind, since = 0) {
    return this.#events
      .filter(({ number, event }) => number > since && kind.is(event))
      .map(({ number, event }) => Object.assign(event.data, { block: number }))
  }

  /** All events so far. */
  events () {
    return this.#events.map(({ event }) => event)
  }

  /** Looks after each block until `look` returns something, and returns that. */
  async until (what, look, limit = 600) {
    const last = this.number + limit
    for (;;) {
      const seen = await look()
      if (seen) {
        return seen
      }
      assert.ok(this.number < last, `${what}: not within ${limit} blocks`)
      await this.next()
    }
  }

  /** Waits until block `number` is read. */
  async reach (number) {
    while (this.number < number) {
      await this.next()
    }
  }

  /** Waits until another block is read. */
  async next () {
    await new Promise((resolve, reject) => {
      const stalled = setTimeout(() => reject(new Error('no block is finalised any more')), STALL)
      this.#waiting.push(() => {
        clearTimeout(stalled)
        resolve()
      })
    })
    if (this.#failure !== undefined) {
      throw this.#failure
    }
  }
}

/** POP of an account. */
export async function pop (api, address) {
  const { data } = await api.query.system.account(address)
  const [free, reserved, frozen] = [data.free, data.reserved, data.frozen].map((n) => n.toBigInt())
  return { free, reserved, frozen, total: free + reserved }
}

/** POP of an account that is on hold for `reason`, such as `Staking.Staking`. */
export async function held (api, address, reason) {
  const holds = await api.query.balances.holds(address)
  return holds
    .filter(({ id }) => `${id.type}.${id.inner.type}` === reason)
    .reduce((sum, { amount }) => sum + amount.toBigInt(), 0n)
}

/**
 * Checks to the unit that an account which did not exist before `blocks` has the POP and the LIT that
 * events gave and took, and returns these sums.
 */
export async function addsUp (api, blocks, address) {
  const { balances, lit, litGeneration, staking, transactionPayment } = api.events
  const sum = (kind, who, amount = 'amount') => blocks.all(kind)
    .filter((data) => data[who].eq(address))
    .reduce((total, data) => total + data[amount].toBigInt(), 0n)
  // Blocks that are finalised but not read yet would make a difference.
  const head = await api.rpc.chain.getHeader()
  await blocks.reach(head.number.toNumber())
  const at = await api.at(head.hash)
  const { data } = await at.query.system.account(address)

  const rewards = sum(staking.Rewarded, 'stash')
  const received = sum(balances.Transfer, 'to')
  const sent = sum(balances.Transfer, 'from')
  assert.equal(data.free.toBigInt() + data.reserved.toBigInt(), received - sent + rewards, 'POP')

  const generated = sum(litGeneration.Generated, 'who')
  const fees = sum(transactionPayment.TransactionFeePaid, 'who', 'actualFee')
  const given = sum(lit.Transfer, 'to')
  const taken = sum(lit.Transfer, 'from')
  const free = (await at.query.lit.account(address)).free.toBigInt()
  assert.equal(free, given - taken + generated - fees, 'LIT')
  return { rewards, generated, fees }
}

/** The era that is running. */
export async function activeEra (api) {
  return (await api.query.staking.activeEra()).unwrap().index.toNumber()
}

/** Reads again if a session has ended in between, so that what was read belongs together. */
export async function withinSession (api, read) {
  for (;;) {
    const before = await api.query.session.currentIndex()
    const value = await read()
    const after = await api.query.session.currentIndex()
    if (after.eq(before)) {
      return value
    }
  }
}
