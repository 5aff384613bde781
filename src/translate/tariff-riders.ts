import type { EspiTariffRider } from '../cds/wire/bill-extensions.ts'
import { childrenOf, findText } from '../espi/elements.ts'
import type { Element } from '../espi/model.ts'
import { epochToDatetime } from '../shared/clock.ts'
import { type Refuse, timeAt } from './summary-values.ts'

/** tariffRiderRefs of a UsageSummary or a ServiceDeliveryPoint: the rate options it takes part in. PG&E repeats the list itself. */
export function toTariffRiders(parent: Element | undefined, refuse: Refuse): EspiTariffRider[] {
  const lists = parent ? childrenOf(parent, 'tariffRiderRefs') : []
  const riders = lists.flatMap((list) => childrenOf(list, 'tariffRiderRef'))
  return riders.map((rider) => {
    const effective = timeAt(rider, 'effectiveDate', refuse)
    return {
      rider_type: findText(rider, 'riderType') ?? '',
      enrollment_status: findText(rider, 'enrollmentStatus') ?? '',
      ...(effective !== undefined && { effective_date: epochToDatetime(effective) }),
    }
  })
}
