import type { ServiceType } from '../../cds/wire/service-contract.ts'

type Sector = Extract<ServiceType, 'residential' | 'commercial' | 'industrial' | 'agriculture'>

/**
 * ESPI CustomerKind to the sectors of CDS-WG3-01 §10.1.2 #account-types and §10.2.4 #service-types. The other kinds
 * (pumpingLoad, windMachine, energyServiceSupplier, …, other) name no sector.
 */
const SECTORS: ReadonlyMap<string, readonly Sector[]> = new Map([
  ['residential', ['residential']],
  ['residentialAndCommercial', ['residential', 'commercial']],
  ['residentialAndStreetlight', ['residential']],
  ['residentialStreetlightOthers', ['residential']],
  ['residentialFarmService', ['residential', 'agriculture']],
  ['commercialIndustrial', ['commercial', 'industrial']],
])

/** The sectors a Customer.kind names. */
export function sectorsOf(kind: string | undefined): readonly Sector[] {
  return SECTORS.get(kind ?? '') ?? []
}

/** The account types that a CustomerKind says. */
export function wordsOfKind(kind: string | undefined): readonly string[] {
  return kind === 'internalUse' ? ['internal'] : sectorsOf(kind)
}

/** The first CustomerKind that names exactly these sectors; undefined where none does. */
export function kindOfSectors(types: readonly string[]): string | undefined {
  if (types.includes('internal')) return 'internalUse'
  const named = types.filter((type) => [...SECTORS.values()].flat().some((sector) => sector === type))
  return [...SECTORS].find(
    ([, sectors]) => sectors.length === named.length && sectors.every((sector) => named.includes(sector)),
  )?.[0]
}
