import { thirds } from './memory.ts'
import type { CrashReport, CrashTest } from './run.ts'
import { toMebibytes } from './verdict.ts'

const MOST_FAULTS = 60

/** Prints what came out, as a table, and every fault in a line of its own. */
export function printReport(test: CrashTest, report: CrashReport, say: (line: string) => void): void {
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')
  const innocents = Object.values(report.innocents).filter((seconds) => seconds !== undefined)
  const rows: [string, string][] = [
    ['backend', test.backend],
    ['customers', `${test.customers}: ${report.exact} exact, ${report.endedAtUtility} ended by the utility`],
    ['kills', list(report.kills)],
    ['faults', list(report.faultCounts) || 'none'],
    ['refreshes by apps', String(report.refreshes)],
    ['killing took', `${Math.round(report.killSeconds)} s`],
    ['healing took', `${Math.round(report.healSeconds)} s`],
    ['ready again after', `${report.readyMs} ms at most`],
    ['ended by themselves', String(report.deaths)],
    ...memoryRows(report),
    ...(innocents.length > 0
      ? [
          ['innocent customers', `complete after ${Math.round(Math.max(...innocents))} s at most`] satisfies [
            string,
            string,
          ],
        ]
      : []),
  ]
  for (const [name, value] of rows) say(`  ${name.padEnd(20)} ${value}`)
  for (const fault of report.faults.slice(0, MOST_FAULTS)) say(`  - ${fault}`)
  if (report.faults.length > MOST_FAULTS) say(`  - and ${report.faults.length - MOST_FAULTS} more`)
}

/** The most that a process of each name held, by thirds of the run. */
function memoryRows({ memory }: CrashReport): [string, string][] {
  const names = [...new Set(memory.map(({ name }) => name))].sort()
  return names.map((name) => [`memory of ${name}`, thirds(memory, name).map(toMebibytes).join(', ')])
}
