import type { ReportOptions, ReportSummary } from './options.ts'
import type { Report } from './report.ts'

/** Draw a report into a file. */
export async function writeReport(
  path: string,
  draw: (report: Report) => Promise<void> | void,
  options: ReportOptions = {},
): Promise<ReportSummary> {
  throw new Error(`Not drawn yet: ${path}, ${draw.name}, ${options.title ?? ''}`)
}
