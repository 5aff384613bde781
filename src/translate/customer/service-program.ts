import type { ServiceContract } from '../../cds/wire/service-contract.ts'
import { childrenOf, findText } from '../../espi/elements.ts'
import type { Element } from '../../espi/model.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import { toDate } from '../local-date.ts'
import { timeOf } from '../read-text.ts'
import type { TranslateContext } from '../translated.ts'

type ServiceProgram = NonNullable<ServiceContract['service_programs']>[number]

/** ProgramDate.programDateDescription (ProgramDateKind) */
const ENROLLED_ON = 'CUST_DR_PROGRAM_ENROLLMENT_DATE'
const LEFT_ON = 'CUST_DR_PROGRAM_DE_ENROLLMENT_DATE'

/** EnrollmentStatus. Spec silent: nobody can say whether an unenrolled contract was ever enrolled, or may be. */
const STATUSES: ReadonlyMap<string, string> = new Map([
  ['enrolled', 'active'],
  ['enrolledPending', 'eligible'],
])

/**
 * The demand response programs of a CustomerAgreement become Service Programs, CDS-WG3-01 §10.2.5 #service-program-format. Its
 * `documentation` is required, and ESPI has none: without a page of ours to name, they are carried only.
 */
export function toServicePrograms(
  agreement: Element,
  contractId: string,
  { identify, programDocumentation }: Pick<TranslateContext, 'identify' | 'programDocumentation'>,
  calendar: LocalCalendar,
): ServiceProgram[] {
  if (programDocumentation === undefined) return []
  return childrenOf(agreement, 'DemandResponseProgram').flatMap((program) => {
    const name = findText(program, 'programName')
    if (name === undefined) return []
    const status = STATUSES.get(findText(program, 'enrollmentStatus') ?? '')
    const start = dateOf(program, ENROLLED_ON, calendar)
    const end = dateOf(program, LEFT_ON, calendar)
    return {
      id: identify('program', contractId, name),
      // §10.2.5: ESPI has no number for a program, so one is made of its name.
      program_number: identify('program', 'number', name),
      types: ['demand_response', ...(status ? [status] : [])],
      name,
      description: findText(program, 'programDescription') ?? name,
      documentation: programDocumentation,
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
    }
  })
}

function dateOf(program: Element, kind: string, calendar: LocalCalendar): string | undefined {
  const date = childrenOf(program, 'programDate').find(
    (one) => findText(one, 'programDateDescription') === kind,
  )
  const epoch = timeOf(findText(date, 'programDate'))
  return epoch === undefined ? undefined : toDate(epoch, calendar)
}
