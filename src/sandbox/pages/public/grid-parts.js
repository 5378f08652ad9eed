// @ts-check
import { h, icon, need } from './dom.js'

/** @typedef {import('./grid.js').App} App */

/** @param {App} app @param {import('./model.js').Column[]} columns */
export function gridHead(app, columns) {
  const all = h('input', { type: 'checkbox', id: 'select-all', 'aria-label': 'Select all rows', tabindex: '-1' })
  all.addEventListener('change', () => {
    if (app.selection.ids.size > 0) app.selection.clear()
    else app.selection.all(app.order)
    app.drawSelection()
  })
  return h(
    'div',
    { role: 'row', class: 'grid-head' },
    h('div', { role: 'columnheader', class: 'cell is-check' }, all),
    ...columns.map((column) => {
      const sort = app.state.sorts.find((candidate) => candidate.column === column.field)
      const ariaSort = sort ? (sort.direction === 'asc' ? 'ascending' : 'descending') : undefined
      const words = h('span', { class: 'cut' }, column.label)
      if (column.kind === 'image') return h('div', { role: 'columnheader', class: 'cell is-image' }, words)
      const button = h(
        'button',
        {
          type: 'button',
          class: 'head-button',
          tabindex: '-1',
          title: `Sort by ${column.label}; shift-click adds it as another key`,
        },
        words,
        sort && icon(sort.direction === 'asc' ? 'arrow-up' : 'arrow-down'),
      )
      button.addEventListener('click', (event) => {
        const next = {
          column: column.field,
          direction: /** @type {'asc' | 'desc'} */ (sort?.direction === 'asc' ? 'desc' : 'asc'),
        }
        app.state.sorts = event.shiftKey
          ? [...app.state.sorts.filter((other) => other.column !== column.field), next]
          : [next]
        app.refresh()
      })
      return h('div', { role: 'columnheader', class: `cell is-${column.kind}`, 'aria-sort': ariaSort }, button)
    }),
  )
}

/** @param {App} app */
export function emptyState(app) {
  const { plural } = app.config
  const filtered = app.rows.length > 0
  return h(
    'div',
    { class: 'empty', role: 'row' },
    h(
      'div',
      { role: 'gridcell', class: 'empty-box' },
      icon(filtered ? 'search' : 'film', 'empty-icon'),
      h('p', { class: 'empty-title' }, filtered ? `No ${plural} match “${app.state.query}”` : `No ${plural} yet`),
      h(
        'p',
        { class: 'quiet' },
        filtered
          ? 'Try fewer words, or clear the filter.'
          : `Add the first one with the blue button above, or through the API.`,
      ),
    ),
  )
}

/** @param {App} app @param {number} pages */
export function drawPager(app, pages) {
  const first = (app.state.page - 1) * app.state.size
  const last = first + app.state.size
  const turn = (/** @type {number} */ page) => () => {
    app.state.page = page
    app.refresh()
    need('grid').scrollTop = 0
  }
  const arrow = (
    /** @type {string} */ label,
    /** @type {string} */ name,
    /** @type {number} */ page,
    /** @type {boolean} */ able,
  ) =>
    h(
      'button',
      { type: 'button', class: 'ghost', 'aria-label': label, disabled: !able, onclick: turn(page) },
      icon(name),
    )
  const { page } = app.state
  need('pager').replaceChildren(
    h(
      'span',
      {},
      app.order.length === 0 ? '0' : `${first + 1}–${Math.min(last, app.order.length)} of ${app.order.length}`,
    ),
    arrow('Previous page', 'chevron-left', page - 1, page > 1),
    arrow('Next page', 'chevron-right', page + 1, page < pages),
  )
}
