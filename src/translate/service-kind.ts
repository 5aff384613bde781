import { findInteger } from '../espi/elements.ts'
import type { UsagePoint } from '../espi/resolved.ts'

/** UsagePoint ServiceCategory.kind */
export function serviceKindOf({ item }: UsagePoint): number | undefined {
  return findInteger(item?.element, 'ServiceCategory', 'kind')
}
