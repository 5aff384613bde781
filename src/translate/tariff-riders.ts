import type { EspiTariffRider } from '../cds/wire/bill-extensions.ts'
import { childrenOf, findText } from '../espi/elements.ts'
import type { Element } from '../espi/model.ts'
import { epochToDatetime } from '../shared/clock.ts'
import { timeOf } from './read-text.ts'

/** The rate options in an element's tariffRiderRefs: one list of them, or, as Pacific Gas & Electric writes, one element each. */
export function toTariffRiders(parent: Element | undefined): EspiTariffRider[] {
  const lists = parent ? childrenOf(parent, 'tariffRiderRefs') : []
  return lists.flatMap((list) => {
    const riders = childrenOf(list, 'tariffRiderRef')
    return (findText(list, 'riderType') === undefined ? riders : [list, ...riders]).map(toRider)
  })
}

function toRider(rider: Element): EspiTariffRider {
  const effective = timeOf(findText(rider, 'effectiveDate'))
  return {
    rider_type: findText(rider, 'riderType') ?? '',
    enrollment_status: findText(rider, 'enrollmentStatus') ?? '',
    ...(effective !== undefined && { effective_date: epochToDatetime(effective) }),
  }
}
