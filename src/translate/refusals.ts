import type { Entry } from '../espi/model.ts'
import { UntranslatableError } from '../shared/errors.ts'
import type { Refused } from './translated.ts'

/** Every reason why something of a feed does not get through, or should be looked at (`isNoticed`): what it means and what to do. */
export const refusalDetails = {
  account_missing:
    'The customer has no CustomerAccount entry, so there is no account to show; ask the utility for it.',
  ambiguous_reading_type:
    'Several ReadingType entries share one self link and disagree, so the meaning of the readings is unknown.',
  bill_period_missing: 'A summary without a billing period is no bill and no history of one.',
  bill_sum_differs:
    'The charges do not add up to the bill, or with the unpaid balance to the amount due; the difference is a charge of its own.',
  bill_total_missing:
    'There are charges but no bill, or one of 0; the line that tells the amount due, else their sum and what is unpaid, stands for it.',
  code_not_integer: 'A code must be an integer.',
  contact_not_e164:
    'The telephone number cannot be written in E.164 without guessing; it is no contact, and only carried.',
  contact_not_email: 'The text is no e-mail address; it is no contact, and only carried.',
  contract_unclear:
    "No contract covers this time, or those of several customers do; it is kept, and is nobody's. Ask the utility.",
  cost_of_register:
    'A cost beside a register value belongs to no interval; the register value itself is kept.',
  cost_not_integer: 'A cost must be an integer of hundred-thousandths; the reading is kept without it.',
  currency_unknown: 'No currency is known for the cost; name one (--currency) and translate again.',
  duplicate_bill: 'Two summaries of one billing period disagree; the later one is kept.',
  duplicate_object:
    'Another entry has the same number; the later one counts, and what belongs to either stays.',
  duplicate_reading: 'The same interval came with another value, cost or quality; the later one is kept.',
  duplicate_summary:
    'Two power quality summaries of one interval and protocol disagree; the later one is kept.',
  duration_unknown:
    'Neither the reading, its ReadingType, its block nor the summary tells how long the interval is.',
  element_second: 'ESPI has this element once; the first counts, and this other one is left out.',
  entry_without_payload: 'The entry holds no ESPI element.',
  extension_not_translated: 'What a custodian adds to ESPI has no documented meaning here; it is left out.',
  link_unresolved: 'Nothing in the feed tells what this belongs to.',
  local_time_disagrees:
    'LocalTimeParameters describe another local time than the configured zone, which is used; check the zone (--timezone).',
  local_time_second: 'A usage point has one local time; the first is kept.',
  money_scale_doubtful:
    'The charges add up to the bill in no known power of ten, so the amounts may be wrong by one; compare with the bill.',
  name_second: 'The identifier that the schema has for it is used; this other name is left out.',
  not_referred_to:
    'No readings in the feed belong to it, so there is nothing that it explains; it may be a piece of a larger feed.',
  no_cds_field: 'CDS has no field for it, and it says nothing of the service; it is left out.',
  position_not_decimal: 'The position is no decimal degree within the valid range; it is left out.',
  power_of_ten_out_of_range: 'powerOfTenMultiplier must lie between -15 and 15.',
  position_second: 'A place has one position in CDS; the first is kept.',
  reading_type_missing: 'The ReadingType of these readings is not in the feed, so their unit is unknown.',
  resource_not_translated: 'CDS has no object for this kind of resource, or it is no customer data.',
  reverse_negative:
    'A reverse reading is negative; turned like the others, it counts as delivered. Ask the utility what it means.',
  several_qualities: 'A reading has several different qualities; the first is kept.',
  timestamp_not_integer: 'A time must be an integer of epoch seconds.',
  timestamp_out_of_range: 'The time lies before 1970 or after the year 9999.',
  timestamp_unknown: 'Neither the reading, its block nor the summary tells when the interval starts.',
  unexpected_text: 'A text stands where ESPI has elements, beside or in the place of them; it is left out.',
  unknown_attribute: 'ESPI has no attributes; the element counts without it, as if it were not there.',
  unknown_commodity: 'Neither the ReadingType nor the UsagePoint tells which commodity is measured.',
  unknown_element: 'ESPI has no such element here; it is left out.',
  unknown_uom: 'The ReadingType has no unit, or one that ESPI does not define.',
  unsupported_accumulation: 'CDS has no place for values accumulated this way.',
  unsupported_commodity: 'CDS has no usage value type for this commodity.',
  unsupported_data_qualifier: 'CDS has no usage value type for such a selected or statistical value.',
  unsupported_flow_direction:
    'CDS knows net, forward and reverse for electricity, and forward alone for gas and water.',
  unsupported_uom: 'CDS has no usage value type in this unit for this commodity.',
  updated_not_datetime:
    'atom:updated is no date and time, so the entry counts as older than any that has one.',
  usage_point_elsewhere:
    'The usage point that this place names is not here, though others are that no place names; compare the two links.',
  value_missing: 'The reading or summary has no value.',
  value_not_boolean: 'A yes or no must be true, false, 1 or 0; it counts as not told.',
  value_not_integer: 'A value must be an integer of at most 1000 digits.',
  withheld_personal:
    'Remarks about people, their needs and visits to their homes stay with the utility: no data scope covers them.',
  withheld_secret: 'Passwords and installation codes are never passed on.',
} as const satisfies Record<string, string>
export type RefusalCode = keyof typeof refusalDetails

const MOST_SHOWN = 200

/** A value as a person looks at it. */
function shown(value: string): string {
  return value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}… (${value.length} characters)` : value
}

/** How a refused record is named: the entry's `self`, else its id, else its number. */
export function nameOfEntry(entry: Entry): string {
  return entry.self[0] ?? entry.id ?? `entry ${entry.number}`
}

/** Under these codes nothing is lost: somebody should look, and everything is in the objects. */
const NOTICED: ReadonlySet<string> = new Set<RefusalCode>([
  'bill_sum_differs',
  'bill_total_missing',
  'contact_not_e164',
  'contact_not_email',
  'contract_unclear',
  'local_time_disagrees',
  'money_scale_doubtful',
  'reverse_negative',
  'usage_point_elsewhere',
])

/** Whether it is only noticed: nothing of the feed is left out because of it. */
export function isNoticed({ code }: Pick<Refused, 'code'>): boolean {
  return NOTICED.has(code)
}

/** Collects what is refused; the same fate of the same field in one entry is one line with a count. */
export class Refusals {
  private readonly lines = new Map<string, Refused>()

  add(code: RefusalCode, entry: Entry, field: string, value?: string | number, count = 1): void {
    const name = nameOfEntry(entry)
    const key = JSON.stringify([code, name, field, entry.number])
    const known = this.lines.get(key)
    if (known) {
      known.count += count
      return
    }
    const text = value === undefined ? undefined : shown(String(value))
    this.lines.set(key, { code, entry: name, field, value: text, detail: refusalDetails[code], count })
  }

  /** Runs one translation; what throws UntranslatableError is refused, `count` records of it. */
  attempt<T>(entry: Entry, count: number, translate: () => T): T | undefined {
    try {
      return translate()
    } catch (error) {
      if (!(error instanceof UntranslatableError) || !isRefusalCode(error.code)) throw error
      this.add(error.code, entry, error.field, error.value, count)
      return undefined
    }
  }

  toList(): Refused[] {
    return [...this.lines.values()]
  }
}

/** Reader faults and errors carry their code as text. */
export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(refusalDetails, code)
}

/** An UntranslatableError whose code is of the closed list. */
export function untranslatable(
  code: RefusalCode,
  field: string,
  value?: string | number,
): UntranslatableError {
  return new UntranslatableError(code, field, value)
}
