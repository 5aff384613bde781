import type { Report } from './report.ts'
import { reportPage } from './report-page.ts'

/** The report in the form its file name asks for. */
export function reportText(report: Report, file: string): string {
  return file.endsWith('.html') ? reportPage(report) : `${JSON.stringify(report, null, 2)}\n`
}
