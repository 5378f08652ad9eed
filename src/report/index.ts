export type { ReportOptions, ReportSummary } from './options.ts'
export type { Report } from './report.ts'
export { writeReport } from './write.ts'
