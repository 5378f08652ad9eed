// @ts-check
// What the grid shows, as plain values: filter, sort, group. No DOM in here.

/** @typedef {{ field: string, label: string, kind: string, width: string, hidden?: boolean }} Column */
/** @typedef {Record<string, any> & { type: string, id: number }} Row */
/** @typedef {{ column: string, direction: 'asc' | 'desc' }} Sort */
/** @typedef {{ column: string, method: string, direction: 'asc' | 'desc' }} Grouping */
/** @typedef {{ key: string, label: string, rows: Row[] }} Group */
/** @typedef {Record<string, { name: string, tone: string }>} Statuses */

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** What a person reads in a cell. @param {unknown} value @param {string} kind @param {Statuses} statuses @returns {string} */
export function cellText(value, kind, statuses) {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map((item) => cellText(item, kind, statuses)).join(', ')
  if (typeof value === 'object') return String(/** @type {any} */ (value).name ?? '')
  if (kind === 'status') return statuses[String(value)]?.name ?? String(value)
  return String(value)
}

/** @param {Row[]} rows @param {string} query @param {Column[]} columns @param {Statuses} statuses */
export function filterRows(rows, query, columns, statuses) {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  const searched = columns.filter((column) => column.kind !== 'image' && column.kind !== 'date')
  return rows.filter((row) => {
    const text = searched
      .map((column) => cellText(row[column.field], column.kind, statuses))
      .join('\n')
      .toLocaleLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Empty cells come last in both directions; equal rows keep the order of their ids. @param {Row[]} rows @param {Sort[]} sorts @param {Column[]} columns @param {Statuses} statuses */
export function sortRows(rows, sorts, columns, statuses) {
  const keys = sorts.flatMap((sort) => {
    const column = columns.find((candidate) => candidate.field === sort.column)
    return column ? [{ column, sign: sort.direction === 'desc' ? -1 : 1 }] : []
  })
  const keyed = rows.map((row) => ({
    row,
    values: keys.map(({ column }) => sortValue(row[column.field], column, statuses)),
  }))
  keyed.sort((a, b) => {
    for (let i = 0; i < keys.length; i++) {
      const left = a.values[i]
      const right = b.values[i]
      if (left === right) continue
      if (left === '') return 1
      if (right === '') return -1
      const order =
        typeof left === 'number' && typeof right === 'number'
          ? left - right
          : collator.compare(String(left), String(right))
      if (order !== 0) return order * keys[i].sign
    }
    return a.row.id - b.row.id
  })
  return keyed.map(({ row }) => row)
}

/** @param {unknown} value @param {Column} column @param {Statuses} statuses @returns {string | number} */
function sortValue(value, column, statuses) {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'number') return value
  if (column.kind === 'date') return Date.parse(String(value))
  return cellText(value, column.kind, statuses)
}

/**
 * Groups keep the order of the rows within; the rest without a value stands last.
 * @param {Row[]} rows @param {Grouping | undefined} grouping @param {Column[]} columns @param {Statuses} statuses
 * @returns {Group[]} one group with an empty key when nothing is grouped
 */
export function groupRows(rows, grouping, columns, statuses) {
  const column = columns.find((candidate) => candidate.field === grouping?.column)
  if (!grouping || !column) return [{ key: '', label: '', rows }]
  /** @type {Map<string, Group>} */
  const groups = new Map()
  for (const row of rows) {
    const label = groupLabel(row[column.field], column, statuses)
    const group = groups.get(label) ?? { key: `g:${label}`, label, rows: [] }
    group.rows.push(row)
    groups.set(label, group)
  }
  const sign = grouping.direction === 'desc' ? -1 : 1
  return [...groups.values()]
    .sort((a, b) => (a.label === '' ? 1 : b.label === '' ? -1 : collator.compare(a.label, b.label) * sign))
    .map((group) => (group.label === '' ? { ...group, label: `No ${column.label}` } : group))
}

/** @param {unknown} value @param {Column} column @param {Statuses} statuses */
function groupLabel(value, column, statuses) {
  if (column.kind === 'date') return typeof value === 'string' ? value.slice(0, 10) : ''
  return cellText(value, column.kind, statuses)
}

/** @param {Grouping | undefined} grouping @param {Column[]} columns how the site names the grouping of this column */
export function groupingMethod(grouping, columns) {
  return columns.find((column) => column.field === grouping?.column)?.kind === 'date' ? 'day' : 'exact'
}

/** Text that no spreadsheet takes for a formula. @param {string} text */
export function csvCell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** @param {Row[]} rows @param {Column[]} columns @param {Statuses} statuses with a byte order mark, as Excel wants it for UTF-8; the id comes first, and once */
export function toCsv(rows, columns, statuses) {
  const shown = columns.filter((column) => column.kind !== 'image' && column.field !== 'id')
  const lines = [['Id', ...shown.map((column) => column.label)]]
  for (const row of rows)
    lines.push([String(row.id), ...shown.map((column) => cellText(row[column.field], column.kind, statuses))])
  return `\uFEFF${lines.map((cells) => cells.map(csvCell).join(',')).join('\r\n')}\r\n`
}
