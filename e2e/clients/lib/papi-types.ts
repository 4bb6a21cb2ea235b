// A client as somebody would write it with the descriptors of this chain. papi.mjs only has it
// type-checked: each annotation is what the tool has to derive from our metadata.
import { createClient, Enum } from 'polkadot-api'
import { getWsProvider } from 'polkadot-api/ws'
import { pop } from './.papi/descriptors/dist/index.js'

const api = createClient(getWsProvider('ws://127.0.0.1:9944')).getTypedApi(pop)

export async function read (address: string) {
  const lit: bigint = (await api.query.Lit.Account.getValue(address)).free
  const era: number | undefined = (await api.query.Staking.ActiveEra.getValue())?.index
  const daily: bigint = await api.apis.PopnetApi.lit_projection(1n)
  const accounts: string[] = (await api.query.Masternodes.Masternodes.getEntries()).map(({ keyArgs }) => keyArgs[0])
  // @ts-expect-error an amount of LIT is no number
  const wrong: number = await api.apis.PopnetApi.lit_projection(1n)
  return { lit, era, daily, accounts, wrong }
}

export function propose (hash: `0x${string}`, len: number) {
  const proposal = Enum('Lookup', { hash, len })
  const enactment_moment = Enum('After', 1)
  const proposal_origin = Enum('Origins', Enum('Treasury'))
  // @ts-expect-error there is no such kind of decision
  api.tx.Referenda.submit({ proposal_origin: Enum('Origins', Enum('Tresury')), proposal, enactment_moment })
  return api.tx.Referenda.submit({ proposal_origin, proposal, enactment_moment })
}
