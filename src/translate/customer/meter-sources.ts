import type { UsagePoint } from '../../espi/resolved.ts'
import type { Refusals } from '../refusals.ts'
import { serviceKindOf } from '../service-kind.ts'
import type { Measurement } from '../usage/measurement.ts'
import { measurementsOf } from '../usage/sources.ts'
import { latestOf, refuseLosers } from './duplicates.ts'
import type { MeterSource } from './meter-device.ts'
import type { Site } from './placement.ts'

/** The meters at the sites of a feed, each with all its service points and what they measure; of one number the later counts. */
export function meterSourcesOf(
  sites: readonly Site[],
  points: readonly UsagePoint[],
  refusals: Refusals,
): MeterSource[] {
  const measured = new Map(points.map((point) => [point.key, measurementsOf(point, serviceKindOf(point))]))
  const meters = new Map<string, MeterSource & { measurements: Measurement[] }>()
  const same = Map.groupBy(
    sites.flatMap((site) => site.meters),
    ({ meterDeviceId }) => meterDeviceId,
  )
  for (const site of sites) {
    for (const { meterDeviceId, meter } of site.meters) {
      const known = meters.get(meterDeviceId)
      const source = known ?? { meterDeviceId, meter, servicePointIds: [], measurements: [] }
      if (!source.servicePointIds.includes(site.servicePointId))
        source.servicePointIds.push(site.servicePointId)
      source.measurements.push(...(measured.get(site.usagePoint) ?? []))
      meters.set(meterDeviceId, source)
    }
  }
  for (const [id, all] of same) {
    const items = all.map(({ meter }) => meter)
    const meter = latestOf(items, (item) => item)
    refuseLosers(items, meter, refusals)
    const source = meters.get(id)
    if (source) source.meter = meter
  }
  return [...meters.values()]
}
