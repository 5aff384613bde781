import type { ResolvedFeed } from '../../espi/resolved.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import type { Carrier } from '../carry.ts'
import type { PlacedPoint } from '../placed-point.ts'
import type { Refusals } from '../refusals.ts'
import type { TranslateContext, Translated } from '../translated.ts'
import { toAccount } from './account.ts'
import { toMeterDevice } from './meter-device.ts'
import { meterSourcesOf } from './meter-sources.ts'
import type { Site } from './placement.ts'
import { contractIdOf, toServiceContract } from './service-contract.ts'
import { toServicePoint } from './service-point.ts'
import { servicePointSourcesOf } from './service-point-sources.ts'

/** What all objects of a translation share. */
export interface Tools {
  calendar: LocalCalendar
  refusals: Refusals
  carrier: Carrier
}

type CustomerObjects = Pick<Translated, 'accounts' | 'serviceContracts' | 'servicePoints' | 'meterDevices'>

/** Accounts, contracts, service points and meters, each once, however many entries tell of it. `asOf` is "now", epoch seconds. */
export function toCustomerObjects(
  feed: ResolvedFeed,
  { sites, points, asOf }: { sites: readonly Site[]; points: readonly PlacedPoint[]; asOf: number },
  context: TranslateContext,
  tools: Tools,
): CustomerObjects {
  const all = [...sites, ...points.flatMap(({ ownSites }) => ownSites)]
  return {
    accounts: feed.accounts.map((account) => toAccount(account, context, tools)),
    serviceContracts: toServiceContracts(feed, { sites, asOf }, context, tools),
    servicePoints: servicePointSourcesOf(all, feed, { asOf, refusals: tools.refusals }).map((source) =>
      toServicePoint(source, tools),
    ),
    meterDevices: meterSourcesOf(all, feed.usagePoints, tools.refusals).map((meter) =>
      toMeterDevice(meter, tools.carrier),
    ),
  }
}

function toServiceContracts(
  feed: ResolvedFeed,
  { sites, asOf }: { sites: readonly Site[]; asOf: number },
  context: TranslateContext,
  tools: Tools,
): Translated['serviceContracts'] {
  const points = new Map(feed.usagePoints.map((point) => [point.key, point]))
  return feed.accounts.flatMap((account) =>
    account.agreements.map((agreement) => {
      const id = contractIdOf(account, agreement, context)
      const served = sites.filter(({ contractId }) => contractId === id)
      const usagePoints = served.flatMap(({ usagePoint }) => points.get(usagePoint) ?? [])
      return toServiceContract({ account, agreement, usagePoints, asOf }, context, tools)
    }),
  )
}
