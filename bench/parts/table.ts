import { type BenchResult, type Claim, isMet, type Unit } from './result.ts'

/** A result as text for a terminal. */
export function formatResult({ title, claims, breakdown, notes }: BenchResult): string {
  const rows = claims.map((claim) => [
    claim.claim,
    formatFigure(claim.figure, claim.unit),
    targetOf(claim),
    verdictOf(claim),
  ])
  const parts = [
    `== ${title}`,
    formatTable(['', 'measured', 'target', ''], rows),
    ...breakdown.map((table) =>
      formatTable(
        [table.title, ''],
        table.rows.map(({ what, figure, unit }) => [what, formatFigure(figure, unit)]),
      ),
    ),
    ...(notes.length > 0 ? [notes.map((note) => `  ${note}`).join('\n')] : []),
  ]
  return `${parts.join('\n\n')}\n`
}

/** Three digits that count: `0.153`, `48.2`, `1,250`. */
export function formatFigure(figure: number, unit: Unit): string {
  if (!Number.isFinite(figure)) return '–'
  const size = Math.abs(figure)
  const digits =
    size >= 100 || (unit === '' && Number.isInteger(figure)) || figure === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  const text = figure.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return unit === '' || unit === '×' || unit === '/s' || unit === '%' ? `${text}${unit}` : `${text} ${unit}`
}

function targetOf({ target, unit }: Claim): string {
  if (target === undefined) return ''
  return 'least' in target ? `≥ ${formatTarget(target.least, unit)}` : `≤ ${formatTarget(target.most, unit)}`
}

function formatTarget(value: number, unit: Unit): string {
  return formatFigure(value, unit)
    .replace(/(\.\d*?)0+(?!\d)/, '$1')
    .replace(/\.(?!\d)/, '')
}

function verdictOf(claim: Claim): string {
  const met = isMet(claim)
  return met === undefined ? '' : met ? 'met' : 'NOT MET'
}

/** Columns side by side, the first to the left, figures to the right. */
function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = head.some((cell) => cell !== '') ? [head, ...rows] : rows
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all
    .map((row) =>
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('   ')}`.trimEnd(),
    )
    .join('\n')
}
