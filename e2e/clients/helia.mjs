// Fetches one block by CID from one peer with Helia over Bitswap and writes it to a file.
//
// usage: node helia.mjs <multiaddr with /p2p/…> <cid> <output file>
// Exits 0 when the block arrived and Helia found that its digest fits the CID.
import { writeFileSync } from 'node:fs'
import { blake3 } from '@noble/hashes/blake3.js'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'
import * as digest from 'multiformats/hashes/digest'

const [address, cidText, output] = process.argv.slice(2)
if (output === undefined) {
  console.error('usage: node helia.mjs <multiaddr> <cid> <output file>')
  process.exit(2)
}

const BLAKE3 = 0x1e
const hasher = {
  name: 'blake3',
  code: BLAKE3,
  encode: (bytes) => blake3(bytes),
  digest: (bytes) => digest.create(BLAKE3, blake3(bytes))
}

const helia = withBitswap(withLibp2pLight(createHeliaLight({ hashers: [hasher] }), {
  transports: [tcp(), webSockets()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: { identify: identify() }
}))
await helia.start()
try {
  await helia.libp2p.dial(multiaddr(address))
  const chunks = []
  const block = helia.blockstore.get(CID.parse(cidText), { signal: AbortSignal.timeout(30_000) })
  for await (const chunk of await block) {
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  writeFileSync(output, bytes)
  console.log(JSON.stringify({ cid: cidText, bytes: bytes.length }))
} finally {
  await helia.stop()
}
process.exit(0)
