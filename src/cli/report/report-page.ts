import { type Html, html } from '../../shared/html.ts'
import { sizeText } from '../size-text.ts'
import { chart } from './chart.ts'
import { durationText } from './duration-text.ts'
import type {
  BillReport,
  InputReport,
  MeterReport,
  OutputReport,
  RefusedReport,
  Report,
  Suspicion,
} from './report.ts'
import { reportStyle } from './report-style.ts'

/** The report as one page that asks nothing of any network. */
export function reportPage(report: Report): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<title>Green Button translation report</title>
${reportStyle}
</head>
<body>
<h1>Green Button translation report</h1>
<p class="notice">${report.notice}</p>
<p>Made ${report.created}. Days begin in ${report.timezone}.</p>
<h2>Read</h2>
${report.inputs.map(input)}
${report.outputs.map(output)}
</body>
</html>
`
  return page.text
}

function input({ file, unreadable, bytes = 0, entries, readings, payloads }: InputReport): Html {
  if (unreadable !== undefined) return html`<h3>${file}</h3><p class="bad">${unreadable}</p>`
  return html`<h3>${file}</h3>
<p>${sizeText(bytes)}, ${entries} entries, ${readings} readings</p>
${countTable(['Element', 'Number'], payloads ?? {})}`
}

function output({ name, objects, carried, refused, noticed, meters, bills }: OutputReport): Html {
  return html`<section>
<h2>${name}</h2>
<h3>Translated</h3>
${countTable(['Objects', 'Number'], objects)}
${Object.keys(carried).length > 0 && html`<h3>Carried in members of our own</h3>${countTable(['Member', 'Objects and formats'], carried)}`}
<h3>Refused</h3>
${refused.length === 0 ? html`<p>Nothing.</p>` : refused.map(refusal)}
${noticed.length > 0 && html`<h3>Noticed</h3><p>Nothing of this is lost.</p>${noticed.map(refusal)}`}
<h3>Meters</h3>
${meters.length === 0 ? html`<p>No usage.</p>` : meters.map((each, at) => meter(each, at))}
${bills.length > 0 && html`<h3>Bills beside readings</h3>${bills.map(bill)}`}
</section>`
}

function refusal({ code, field, detail, count, entries, left_off }: RefusedReport): Html {
  const rows = entries.map(
    (line) => html`<tr><td>${line.entry}</td><td>${line.value ?? ''}</td><td>${line.count}</td></tr>`,
  )
  return html`<details>
<summary><strong>${count} × ${code}</strong> (${field}): ${detail}</summary>
<div class="wide"><table><thead><tr><th>Entry</th><th>Value</th><th>Times</th></tr></thead><tbody>${rows}</tbody></table></div>
${left_off > 0 && html`<p>${left_off} more entries are not listed.</p>`}
</details>`
}

function meter(report: MeterReport, at: number): Html {
  const { type, direction, measure, units, interval, values, first, last, total, least, greatest } = report
  const facts: [string, string | number | undefined][] = [
    ['Total', total && `${total} ${units}`],
    ['Values', values],
    ['From', first],
    ['To', last],
    ['Least', least && `${least} ${units}`],
    ['Greatest', greatest && `${greatest} ${units}`],
    ['Meter number', report.meter_numbers.join(', ') || undefined],
    ['Usage point in the feed', report.usage_points.join(', ') || undefined],
    ['Service point', report.servicepoints.join(', ')],
  ]
  const rows = facts.flatMap(([name, fact]) =>
    fact === undefined ? [] : [html`<div><dt>${name}</dt><dd>${fact}</dd></div>`],
  )
  return html`<article>
<h4>${at + 1}. ${words(type)}${direction && `, ${direction}`}${measure && `, ${measure}`}, ${lengthOf(interval)}</h4>
${chart(report)}
<dl>${rows}</dl>
${report.suspicious.length > 0 && html`<h5>To look at</h5><ul>${report.suspicious.map(suspicion)}</ul>`}
</article>`
}

function bill(report: BillReport): Html {
  const { name, start_date, end_date, type, billed, units, metered, days } = report
  const sums = metered.map(
    (sum) =>
      html`<li>${words(sum.direction ?? type)}, ${lengthOf(sum.interval)}: ${sum.total} ${units}, ${sum.days_with_values} of ${days} days</li>`,
  )
  return html`<article>
<h4>${start_date} to ${end_date}, ${name}: ${billed} ${units}</h4>
<p>${verdictOn(report)}</p>
<ul>${sums}</ul>
</article>`
}

function verdictOn({ agrees, periods_only, metered }: BillReport): string {
  if (agrees !== null)
    return agrees ? 'The readings agree.' : 'The readings do not agree: check scale, direction and period.'
  if (periods_only) return 'There are readings of billing periods alone, which are not compared.'
  return metered.length > 0 ? 'No readings cover all its days.' : 'There are no readings to compare it with.'
}

function lengthOf(interval: MeterReport['interval']): string {
  if (typeof interval === 'number') return `every ${durationText(interval)}`
  return interval === 'register' ? 'register' : `each ${interval}`
}

function suspicion({ text, from, to }: Suspicion): Html {
  return html`<li>${text}${from !== undefined && html` <span class="when">${from} to ${to}</span>`}</li>`
}

function countTable([what, number]: [string, string], counts: Record<string, number>): Html {
  const rows = Object.entries(counts).map(
    ([name, count]) => html`<tr><td>${words(name)}</td><td>${count}</td></tr>`,
  )
  return html`<table><thead><tr><th>${what}</th><th>${number}</th></tr></thead><tbody>${rows}</tbody></table>`
}

/** `usage_segments` as people read it; members of ours keep their names. */
function words(name: string): string {
  return name.startsWith('espi_') ? name : name.replaceAll('_', ' ')
}
