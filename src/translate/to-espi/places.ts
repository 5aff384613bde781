import type { AnyServicePoint } from '../../cds/wire/any-object.ts'
import { type CdsObjects, isOwnPoint } from './cds-objects.ts'
import type { Unsaid } from './unsaid.ts'

/** A usage point to be: the service points that stand for it, one for each contract it served. */
export interface Place {
  key: string
  points: AnyServicePoint[]
}

/** All places, and the place that usage or a bill belongs to. */
export interface Places {
  all: Place[]
  of(object: string, servicePointIds: readonly string[]): Place | undefined
}

/**
 * Service points that carry one usage point's identity are one ESPI UsagePoint again, and so are those of this translation that one
 * segment or bill section names together. Of another server, each service point is a usage point of its own.
 */
export function placesOf(objects: CdsObjects, unsaid: Unsaid): Places {
  const byPoint = new Map<string, Place>()
  const byUsagePoint = new Map<string, Place>()
  for (const point of objects.servicePoints) {
    const key = point.espi_usage_point_id ?? point.cds_servicepoint_id
    const place = byUsagePoint.get(key) ?? { key, points: [] }
    place.points.push(point)
    byUsagePoint.set(key, place)
    byPoint.set(point.cds_servicepoint_id, place)
  }
  for (const { related_servicepoints: ids } of [...objects.usageSegments, ...objects.billSections]) {
    const [first, ...others] = ids.map((id) => byPoint.get(id)).filter((place) => place !== undefined)
    for (const other of others) if (first && isOurs(first) && isOurs(other)) join(byPoint, first, other)
  }
  return {
    get all() {
      return [...new Set(byPoint.values())]
    },
    of: (object, ids) => {
      const [first, ...others] = ids
      if (first === undefined) {
        unsaid.add(object, 'related_servicepoints', 'a UsagePoint is needed, and the object names none')
        return undefined
      }
      const place = byPoint.get(first) ?? { key: first, points: [] }
      byPoint.set(first, place)
      if (others.some((id) => byPoint.get(id) !== place)) {
        unsaid.add(
          object,
          'related_servicepoints',
          'ESPI has one usage point here; the first is taken',
          others.length,
        )
      }
      return place
    },
  }
}

function isOurs({ points }: Place): boolean {
  return points.some(isOwnPoint)
}

function join(byPoint: Map<string, Place>, place: Place, other: Place): void {
  if (place === other) return
  place.points.push(...other.points)
  for (const { cds_servicepoint_id: id } of other.points) byPoint.set(id, place)
}
