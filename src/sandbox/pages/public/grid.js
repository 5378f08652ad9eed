// @ts-check
// The grid of one page: keeps its state and draws it.
import { cell, tile } from './cells.js'
import { askSite, h, icon, need } from './dom.js'
import { mountInput } from './grid-input.js'
import { drawPager, emptyState, gridHead } from './grid-parts.js'
import { showChangesWith } from './live.js'
import { filterRows, groupingMethod, groupRows, sortRows } from './model.js'
import { shownName } from './names.js'
import { Selection } from './selection.js'
import { readState, sessionUuid, writeState } from './state.js'
import { paintTimes } from './time.js'
import { toastError } from './toast.js'
import { mountToolbar } from './toolbar.js'

const grid = need('grid')
const status = need('grid-status')

/** Everything the parts of the page share. */
const app = {
  config: JSON.parse(need('page').dataset.config ?? '{}'),
  /** @type {import('./model.js').Row[]} */
  rows: [],
  /** Ids of the page's query in page order, also those not drawn. @type {number[]} */
  order: [],
  /** Ids that can be reached now: drawn, in open groups. @type {number[]} */
  reachable: [],
  /** @type {import('./model.js').Group[]} */
  groups: [],
  /** @type {Set<string>} */
  collapsed: new Set(),
  selection: new Selection(),
  state: /** @type {import('./state.js').ViewState} */ (/** @type {unknown} */ (undefined)),
  sessionUuid: '',
  /** Sorts, filters and draws anew. */
  refresh,
  reload,
  drawSelection,
  selectedIds: () => app.selection.inOrder(app.order),
  /** What the site must know of this window to build a payload. */
  snapshot: () => ({
    page_id: app.config.page.id,
    session_uuid: app.sessionUuid,
    view: app.state.view === 'thumbnails' ? 'Thumbnails' : 'Default',
    ids: app.order,
    selected_ids: app.selectedIds(),
    cols: app.state.fields,
    sorts: app.state.sorts,
    groupings: app.state.grouping
      ? [{ ...app.state.grouping, method: groupingMethod(app.state.grouping, app.config.columns) }]
      : [],
  }),
}
/** @typedef {typeof app} App */

app.state = readState(app.config)
app.sessionUuid = sessionUuid(app.config.sessionUuid)
mountToolbar(app)
mountInput(app, grid)
showChangesWith(reload)
await reload()

/** Reads the rows again; what is selected stays selected as long as it exists. */
async function reload() {
  try {
    const answer = await askSite(`/internal/pages/${app.config.page.id}/rows`)
    app.rows = answer.rows
    refresh()
  } catch (error) {
    toastError(error)
  }
}

function refresh() {
  const { columns, statuses } = app.config
  const found = sortRows(filterRows(app.rows, app.state.query, columns, statuses), app.state.sorts, columns, statuses)
  app.groups = groupRows(found, app.state.grouping, columns, statuses)
  app.order = app.groups.flatMap((group) => group.rows.map((row) => row.id))
  app.selection.keep(app.order)
  const pages = Math.max(1, Math.ceil(app.order.length / app.state.size))
  app.state.page = Math.min(app.state.page, pages)
  writeState(app.state, app.config)
  draw(pages)
}

/** @param {number} pages */
function draw(pages) {
  const columns = app.config.columns.filter((/** @type {import('./model.js').Column} */ column) =>
    app.state.fields.includes(column.field),
  )
  grid.dataset.view = app.state.view
  const widths = ['36px', ...columns.map((/** @type {import('./model.js').Column} */ column) => column.width)]
  grid.style.setProperty('--columns', widths.join(' '))
  // Every row is a grid of its own: they line up because all are at least as wide as the columns need.
  grid.style.setProperty('--row-width', `${widths.reduce((sum, width) => sum + Number(/\d+(?=px)/.exec(width)), 24)}px`)
  grid.setAttribute('aria-rowcount', String(app.order.length))
  const first = (app.state.page - 1) * app.state.size
  const last = first + app.state.size
  const body = h('div', { role: 'rowgroup', class: 'grid-body' })
  app.reachable = []
  let at = 0
  for (const group of app.groups) {
    const drawn = group.rows.slice(Math.max(0, first - at), Math.max(0, last - at))
    at += group.rows.length
    if (drawn.length === 0) continue
    const closed = app.collapsed.has(group.key)
    if (group.key) body.append(groupHead(group, closed))
    if (closed) continue
    const box = h('div', { class: app.state.view === 'thumbnails' ? 'tiles' : 'rows', role: 'presentation' })
    for (const row of drawn) box.append(drawRow(row, columns))
    app.reachable.push(...drawn.map((row) => row.id))
    body.append(box)
  }
  if (app.order.length === 0) body.append(emptyState(app))
  grid.replaceChildren(gridHead(app, columns), body)
  grid.removeAttribute('aria-busy')
  drawPager(app, pages)
  drawSelection()
}

/** @param {import('./model.js').Group} group @param {boolean} closed */
function groupHead(group, closed) {
  const label = shownName(group.label)
  const button = h(
    'button',
    { type: 'button', class: 'group-head', 'aria-expanded': String(!closed), tabindex: '-1' },
    icon(closed ? 'chevron-right' : 'chevron-down'),
    h('span', { class: 'cut', dir: 'auto', title: label }, label),
    h('span', { class: 'count' }, String(group.rows.length)),
  )
  button.addEventListener('click', () => {
    if (!app.collapsed.delete(group.key)) app.collapsed.add(group.key)
    refresh()
  })
  return h('div', { role: 'row', class: 'group-row' }, h('div', { role: 'gridcell', class: 'group-cell' }, button))
}

/** @param {import('./model.js').Row} row @param {import('./model.js').Column[]} columns */
function drawRow(row, columns) {
  const name = shownName(String(row[app.config.nameField] ?? ''))
  const check = h('input', { type: 'checkbox', class: 'row-check', tabindex: '-1', 'aria-label': `Select ${name}` })
  const cells =
    app.state.view === 'thumbnails'
      ? [tile(row, app.config.nameField, app.config.columns, app.config.statuses)]
      : columns.map((column) => cell(row, column, app.config.statuses))
  return h(
    'div',
    {
      role: 'row',
      class: 'row',
      id: `row-${row.id}`,
      'data-id': row.id,
      'data-type': row.type,
      'aria-selected': 'false',
    },
    h('div', { role: 'gridcell', class: 'cell is-check' }, check),
    ...cells,
  )
}

function drawSelection() {
  for (const row of grid.querySelectorAll('.row')) {
    const id = Number(row.getAttribute('data-id'))
    const on = app.selection.ids.has(id)
    row.setAttribute('aria-selected', String(on))
    row.classList.toggle('is-active', app.selection.active === id)
    const check = row.querySelector('.row-check')
    if (check instanceof HTMLInputElement) check.checked = on
  }
  const all = document.getElementById('select-all')
  const count = app.selection.ids.size
  if (all instanceof HTMLInputElement) {
    all.checked = count > 0 && count === app.order.length
    all.indeterminate = count > 0 && count < app.order.length
  }
  status.textContent =
    count > 0
      ? `${count} of ${app.order.length} selected`
      : `${app.order.length} ${app.order.length === 1 ? app.config.singular : app.config.plural}`
  const active = app.selection.active
  if (active !== undefined && document.getElementById(`row-${active}`))
    grid.setAttribute('aria-activedescendant', `row-${active}`)
  else grid.removeAttribute('aria-activedescendant')
}

setInterval(() => paintTimes(grid), 60_000)
