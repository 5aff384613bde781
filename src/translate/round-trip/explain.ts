import type { Fact, Origin } from '../../espi/canonical/fact.ts'
import { isNoticed, nameOfEntry, type RefusalCode } from '../refusals.ts'
import type { Refused } from '../translated.ts'

/** Facts that did not come back: those that a refusal tells of, and those that nobody tells of. */
export interface Explained {
  refused: Fact[]
  lost: Fact[]
}

/** Refusals that keep out the whole resource, or all readings of it, whichever of its elements they name. */
const WHOLE: ReadonlySet<string> = new Set<RefusalCode>([
  'account_missing',
  'ambiguous_reading_type',
  'bill_period_missing',
  'code_not_integer',
  'currency_unknown',
  'duplicate_object',
  'link_unresolved',
  'local_time_second',
  'not_referred_to',
  'power_of_ten_out_of_range',
  'reading_type_missing',
  'resource_not_translated',
  'unknown_commodity',
  'unknown_uom',
  'unsupported_accumulation',
  'unsupported_commodity',
  'unsupported_data_qualifier',
  'unsupported_flow_direction',
  'unsupported_uom',
])

/** A code that cannot be read keeps out the readings of its type; any other, itself alone. */
function keepsOutWhole({ code, field }: Refused): boolean {
  return WHOLE.has(code) && (code !== 'code_not_integer' || field.startsWith('ReadingType.'))
}

/** Refusals that keep out a whole power quality summary. */
const OF_SUMMARIES: ReadonlySet<string> = new Set<RefusalCode>([
  'timestamp_unknown',
  'duration_unknown',
  'timestamp_not_integer',
  'timestamp_out_of_range',
])

/** Refusals of single readings, told at their block. */
const OF_READINGS: ReadonlySet<string> = new Set<RefusalCode>([
  'timestamp_unknown',
  'duration_unknown',
  'timestamp_out_of_range',
])

/** What these leave out, another that counts stands for, and the comparison knows which: they explain no loss. */
const STOOD_FOR: ReadonlySet<string> = new Set<RefusalCode>([
  'duplicate_bill',
  'duplicate_reading',
  'duplicate_summary',
])

/** Looks for each missing fact the refusal that names its entry and its element; a refusal explains no more records than it counts. */
export function explain(missing: readonly Fact[], refused: readonly Refused[]): Explained {
  const byEntry = Map.groupBy(
    refused
      .filter((record) => !isNoticed(record) && !STOOD_FOR.has(record.code))
      .map((record) => new Explanation(record)),
    ({ entry }) => entry,
  )
  const explained: Explained = { refused: [], lost: [] }
  for (const fact of missing) {
    const isTold = fact.origins.some((origin) =>
      byEntry.get(nameOfEntry(origin.entry))?.some((record) => record.explains(fact, origin)),
    )
    if (isTold) explained.refused.push(fact)
    else explained.lost.push(fact)
  }
  return explained
}

/** One refusal, and what it has explained already. */
class Explanation {
  readonly entry: string
  private readonly record: Refused
  private readonly names: readonly string[]
  private readonly told: Record<Subject, Set<object>> = {
    reading: new Set(),
    cost: new Set(),
    element: new Set(),
  }

  constructor(record: Refused) {
    this.record = record
    this.entry = record.entry
    this.names = record.field.split('.')
  }

  explains(fact: Fact, origin: Origin): boolean {
    const subject = subjectOf(fact)
    const told = this.toldBy(subject, fact, origin)
    if (told === undefined) return false
    const records = this.told[subject]
    if (!records.has(told) && records.size >= this.record.count) return false
    records.add(told)
    return true
  }

  /** What of the fact the refusal counts: a reading, or an element. */
  private toldBy(subject: Subject, fact: Fact, { path }: Origin): object | undefined {
    const { code, field } = this.record
    const [root] = path
    if (subject !== 'element') {
      const isOfCost = field === 'IntervalReading.cost' || field === 'ReadingType.currency'
      // Money without a currency is no value at all.
      if (field === 'ReadingType.currency' && root?.name === 'ReadingType') return fact
      if (isOfCost) return subject === 'cost' && root?.name === 'IntervalBlock' ? fact : undefined
      if (OF_READINGS.has(code)) return root?.name === 'IntervalBlock' ? fact : undefined
      return keepsOutWhole(this.record) && root?.name === this.names[0] ? fact : undefined
    }
    if (keepsOutWhole(this.record) && root?.name === this.names[0]) return root?.id
    const isOfSummary = root?.name === 'ElectricPowerQualitySummary' && this.names.includes('summaryInterval')
    if (OF_SUMMARIES.has(code) && isOfSummary) return root?.id
    const at = path.findIndex((_, from) => this.names.every((name, step) => path[from + step]?.name === name))
    return at < 0 ? undefined : path[at + this.names.length - 1]?.id
  }
}

type Subject = 'reading' | 'cost' | 'element'

function subjectOf({ text }: Fact): Subject {
  if (text.startsWith('reading ')) return 'reading'
  return text.startsWith('cost ') ? 'cost' : 'element'
}
