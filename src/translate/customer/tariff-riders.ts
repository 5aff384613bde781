import type { EspiTariffRider } from '../../cds/wire/bill-extensions.ts'
import { childrenOf, findText } from '../../espi/elements.ts'
import type { Element } from '../../espi/model.ts'
import { epochToDatetime } from '../../shared/clock.ts'
import { timeOf } from '../read-text.ts'

const OF_RIDERS = ['riderType', 'enrollmentStatus', 'effectiveDate']

/** The rate options in an element's tariffRiderRefs: one list of them, or, as Pacific Gas & Electric writes, one element each. */
export function toTariffRiders(parent: Element | undefined): EspiTariffRider[] {
  const lists = parent ? childrenOf(parent, 'tariffRiderRefs') : []
  return lists.flatMap((list) => {
    const riders = childrenOf(list, 'tariffRiderRef')
    const isRider = OF_RIDERS.some((name) => findText(list, name) !== undefined)
    return (isRider ? [list, ...riders] : riders).map(toRider)
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
