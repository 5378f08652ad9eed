/** The statuses of a new site: code, name, colour as decimal `r,g,b`. */
export const statuses = [
  ['wtg', 'Waiting to Start', '150,156,166'],
  ['rdy', 'Ready to Start', '112,160,180'],
  ['ip', 'In Progress', '49,120,198'],
  ['rev', 'Pending Review', '201,134,0'],
  ['vwd', 'Viewed', '120,110,190'],
  ['rrq', 'Revision Requested', '196,68,52'],
  ['apr', 'Approved', '46,139,87'],
  ['fin', 'Final', '30,110,70'],
  ['hld', 'On Hold', '140,110,80'],
  ['cmpt', 'Complete', '60,140,100'],
  ['pndng', 'Pending', '190,150,60'],
  ['na', 'N/A', '170,170,170'],
  ['omt', 'Omit', '110,110,110'],
  ['opn', 'Open', '49,120,198'],
  ['clsd', 'Closed', '110,110,110'],
  ['res', 'Resolved', '46,139,87'],
  ['act', 'Active', '46,139,87'],
  ['dis', 'Disabled', '150,150,150'],
] as const

const names: ReadonlyMap<string, string> = new Map(statuses.map(([code, name]) => [code, name]))

/** What people see for a status code; the code itself when the site has no such status. */
export function statusName(code: string): string {
  return names.get(code) ?? code
}
