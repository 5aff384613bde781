import { type Html, html } from '../../shared/html.ts'
import type { MeterReport } from './report.ts'

/** A longer time is drawn by the month. */
const MOST_DAYS = 400
const DAY_MS = 86_400_000
const HEIGHT = 100
/** A single day is not drawn as wide as the page. */
const FEWEST_PLACES = 14

interface Bar {
  name: string
  /** Where it stands, counted from the first. */
  place: number
  /** Exact, as people read it. */
  text: string
  /** For the height alone. */
  size: number
}

/** Values by day, by month over long times, or by period, as bars; nothing where there is nothing to draw. */
export function chart(meter: MeterReport): Html | undefined {
  const bars = barsOf(meter)
  const [first, last] = [bars.at(0), bars.at(-1)]
  if (!first || !last) return undefined
  const top = Math.max(0, ...bars.map(({ size }) => size))
  const bottom = Math.min(0, ...bars.map(({ size }) => size))
  const scale = HEIGHT / (top - bottom || 1)
  const rects = bars.map((bar) => rect(bar, { top, scale }, meter.units))
  const caption = `${meter.total === undefined ? 'Greatest value' : 'Sum'} of each ${stepOf(meter)}`
  const width = Math.max(last.place + 1, FEWEST_PLACES)
  return html`<figure>
<figcaption>${caption}, up to ${short(top)} ${meter.units}</figcaption>
<svg viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${caption}, from ${first.name} to ${last.name}">${rects}</svg>
<p class="ends" style="width: ${((100 * (last.place + 1)) / width).toFixed(1)}%"><span>${first.name}</span>${last !== first && html`<span>${last.name}</span>`}</p>
</figure>`
}

function rect(
  { name, place, text, size }: Bar,
  { top, scale }: { top: number; scale: number },
  units: string,
): Html {
  // What is not zero stays visible.
  const height = size === 0 ? 0 : Math.max(Math.abs(size) * scale, 0.5)
  const y = (top - Math.max(size, 0)) * scale
  return html`<rect x="${place + 0.08}" y="${y.toFixed(2)}" width="0.84" height="${height.toFixed(2)}"><title>${name}: ${text} ${units}</title></rect>`
}

/** A missing day leaves its place empty; periods stand side by side, whatever their length. */
function barsOf(meter: MeterReport): Bar[] {
  const step = stepOf(meter)
  const first = meter.days[0]?.date ?? ''
  const days = meter.days.map(({ date, value }, at): Bar => {
    const place = step === 'period' ? at : (Date.parse(date) - Date.parse(first)) / DAY_MS
    return { name: date, place, text: value, size: Number(value) }
  })
  return step === 'month' ? byMonth(days, meter.total !== undefined) : days
}

function stepOf({ interval, days }: MeterReport): 'day' | 'month' | 'period' {
  if (interval === 'period') return 'period'
  const span = Date.parse(days.at(-1)?.date ?? '') - Date.parse(days[0]?.date ?? '')
  return span > MOST_DAYS * DAY_MS ? 'month' : 'day'
}

/** Months are only drawn, so their sums may be floats; the exact sums of the days are in the JSON report. */
function byMonth(days: readonly Bar[], addedUp: boolean): Bar[] {
  const months = [...Map.groupBy(days, ({ name }) => name.slice(0, 7))]
  const first = monthNumber(months[0]?.[0] ?? '')
  return months.map(([name, bars]) => {
    const sizes = bars.map(({ size }) => size)
    const size = addedUp ? sizes.reduce((sum, day) => sum + day, 0) : Math.max(...sizes)
    return { name, place: monthNumber(name) - first, text: short(size), size }
  })
}

function monthNumber(name: string): number {
  const [year, month] = name.split('-').map(Number)
  return (year ?? 0) * 12 + (month ?? 0)
}

function short(number: number): string {
  return Number(number.toPrecision(4)).toString()
}
