// @ts-check
// What the person chose for this page; it lives in the address, so that it survives a reload and can be sent to somebody.

/** @typedef {import('./model.js').Sort} Sort */
/**
 * @typedef {object} ViewState
 * @property {'list' | 'thumbnails'} view
 * @property {Sort[]} sorts
 * @property {import('./model.js').Grouping | undefined} grouping
 * @property {string[]} fields
 * @property {string} query
 * @property {number} page from 1
 * @property {number} size
 */

export const pageSizes = [50, 100, 250, 500]

/** @param {{ sort: string, group: string, columns: import('./model.js').Column[] }} defaults @returns {ViewState} */
export function readState(defaults, search = window.location.search) {
  const params = new URLSearchParams(search)
  const known = new Set(defaults.columns.map((column) => column.field))
  const shown = defaults.columns.filter((column) => !column.hidden).map((column) => column.field)
  const fields = params
    .get('fields')
    ?.split(',')
    .filter((field) => known.has(field))
  const group = parseSort(params.get('group') ?? defaults.group)
  return {
    view: params.get('view') === 'thumbnails' ? 'thumbnails' : 'list',
    sorts: (params.get('sort') ?? defaults.sort)
      .split(',')
      .flatMap(parseSort)
      .filter((sort) => known.has(sort.column)),
    grouping: group.filter((sort) => known.has(sort.column)).map((sort) => ({ ...sort, method: 'exact' }))[0],
    fields: fields?.length ? fields : shown,
    query: params.get('q') ?? '',
    page: Math.max(1, Number.parseInt(params.get('page') ?? '1', 10) || 1),
    size: pageSizes.find((size) => String(size) === params.get('size')) ?? 250,
  }
}

/** @param {ViewState} state @param {{ sort: string, group: string, columns: import('./model.js').Column[] }} defaults only what differs from them */
export function writeState(state, defaults) {
  const usual = readState(defaults, '')
  const params = new URLSearchParams()
  const put = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ usualValue) => {
    if (value !== usualValue) params.set(name, value)
  }
  put('view', state.view, usual.view)
  put('sort', sortText(state.sorts), sortText(usual.sorts))
  put('group', state.grouping ? sortText([state.grouping]) : '', usual.grouping ? sortText([usual.grouping]) : '')
  put('fields', state.fields.join(','), usual.fields.join(','))
  put('q', state.query, '')
  put('page', String(state.page), '1')
  put('size', String(state.size), '250')
  const query = params.toString().replaceAll('%2C', ',')
  window.history.replaceState(null, '', query ? `?${query}` : window.location.pathname)
}

/** @param {string} text `-created_at` is descending @returns {Sort[]} */
function parseSort(text) {
  if (text === '') return []
  return [text.startsWith('-') ? { column: text.slice(1), direction: 'desc' } : { column: text, direction: 'asc' }]
}

/** @param {Sort[]} sorts */
const sortText = (sorts) => sorts.map((sort) => `${sort.direction === 'desc' ? '-' : ''}${sort.column}`).join(',')

/** This browser window, for as long as it is open. @param {string} fresh */
export function sessionUuid(fresh) {
  const kept = window.sessionStorage.getItem('session_uuid')
  if (kept) return kept
  window.sessionStorage.setItem('session_uuid', fresh)
  return fresh
}
