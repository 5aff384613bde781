import { isDeepStrictEqual } from 'node:util'
import type { CdsObjects } from '../translate/to-espi/cds-objects.ts'

/** The member of each kind that names an object. */
const IDS = {
  accounts: 'cds_account_id',
  serviceContracts: 'cds_servicecontract_id',
  servicePoints: 'cds_servicepoint_id',
  meterDevices: 'cds_meterdevice_id',
  billStatements: 'cds_billstatement_id',
  billSections: 'cds_billsection_id',
  usageSegments: 'cds_usagesegment_id',
} as const satisfies Record<keyof CdsObjects, string>

const STAMPS: ReadonlySet<string> = new Set(['cds_created', 'cds_modified', 'cds_synced'])

/** Objects and where they came from. */
export interface ReadObjects {
  name: string
  objects: CdsObjects
}

/**
 * Several documents as one: a server's listings come page by page, and each kind by itself. An object that comes again, stamps aside,
 * counts once. Two of one id that disagree are nobody's guess: then a text says which.
 */
export function joinObjects(all: readonly ReadObjects[]): CdsObjects | string {
  const joiner = new Joiner(all)
  const joined = {
    accounts: joiner.join('accounts'),
    serviceContracts: joiner.join('serviceContracts'),
    servicePoints: joiner.join('servicePoints'),
    meterDevices: joiner.join('meterDevices'),
    billStatements: joiner.join('billStatements'),
    billSections: joiner.join('billSections'),
    usageSegments: joiner.join('usageSegments'),
  }
  return joiner.fault ?? joined
}

class Joiner {
  /** The first two objects that disagree. */
  fault: string | undefined
  private readonly all: readonly ReadObjects[]

  constructor(all: readonly ReadObjects[]) {
    this.all = all
  }

  join<K extends keyof CdsObjects>(list: K): CdsObjects[K][number][] {
    const known = new Map<string, { name: string; object: CdsObjects[K][number] }>()
    const nameless: CdsObjects[K][number][] = []
    for (const { name, objects } of this.all) {
      for (const object of objects[list]) {
        const id: unknown = Object.getOwnPropertyDescriptor(object, IDS[list])?.value
        if (typeof id !== 'string') nameless.push(object)
        else this.add(known, id, { name, object })
      }
    }
    return [...[...known.values()].map(({ object }) => object), ...nameless]
  }

  private add<T extends object>(
    known: Map<string, { name: string; object: T }>,
    id: string,
    found: { name: string; object: T },
  ): void {
    const other = known.get(id)
    if (!other) known.set(id, found)
    else if (!isDeepStrictEqual(withoutStamps(other.object), withoutStamps(found.object))) {
      this.fault ??= `${other.name} and ${found.name} disagree about ${id}: give the newer alone, or translate the files of one customer again, together`
    }
  }
}

function withoutStamps(object: object): unknown {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !STAMPS.has(name)))
}
