// @ts-check
// The grid of one page: keeps its state, draws it, and turns mouse and keyboard into selections and menus.
import { cell, tile } from './cells.js'
import { contextMenuItems } from './context-menu.js'
import { askSite, h, icon, need } from './dom.js'
import { isMenuOpen, openMenu } from './menu.js'
import { filterRows, groupingMethod, groupRows, sortRows } from './model.js'
import { Selection } from './selection.js'
import { readState, sessionUuid, writeState } from './state.js'
import { paintTimes } from './time.js'
import { toastError } from './toast.js'
import { mountToolbar } from './toolbar.js'

const grid = need('grid')
const status = need('grid-status')
const pager = need('pager')

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
  grid.style.setProperty('--columns', ['36px', ...columns.map((/** @type {any} */ column) => column.width)].join(' '))
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
  if (app.order.length === 0) body.append(emptyState())
  grid.replaceChildren(head(columns), body)
  grid.removeAttribute('aria-busy')
  drawPager(pages, first, last)
  drawSelection()
}

/** @param {import('./model.js').Column[]} columns */
function head(columns) {
  const all = h('input', { type: 'checkbox', id: 'select-all', 'aria-label': 'Select all rows', tabindex: '-1' })
  all.addEventListener('change', () => {
    if (app.selection.ids.size > 0) app.selection.clear()
    else app.selection.all(app.order)
    drawSelection()
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
        refresh()
      })
      return h('div', { role: 'columnheader', class: `cell is-${column.kind}`, 'aria-sort': ariaSort }, button)
    }),
  )
}

/** @param {import('./model.js').Group} group @param {boolean} closed */
function groupHead(group, closed) {
  const button = h(
    'button',
    { type: 'button', class: 'group-head', 'aria-expanded': String(!closed), tabindex: '-1' },
    icon(closed ? 'chevron-right' : 'chevron-down'),
    h('span', { class: 'cut', dir: 'auto', title: group.label }, group.label),
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
  const name = String(row[app.config.nameField] ?? '')
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

function emptyState() {
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

/** @param {number} pages @param {number} first @param {number} last */
function drawPager(pages, first, last) {
  const turn = (/** @type {number} */ page) => () => {
    app.state.page = page
    refresh()
    grid.scrollTop = 0
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
  pager.replaceChildren(
    h(
      'span',
      {},
      app.order.length === 0 ? '0' : `${first + 1}–${Math.min(last, app.order.length)} of ${app.order.length}`,
    ),
    arrow('Previous page', 'chevron-left', page - 1, page > 1),
    arrow('Next page', 'chevron-right', page + 1, page < pages),
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

/** @param {number} id @param {{ shift: boolean, add: boolean }} keys */
function pick(id, { shift, add }) {
  if (shift) app.selection.range(id, app.reachable, add)
  else if (add) app.selection.toggle(id)
  else app.selection.only(id)
  drawSelection()
}

/** @param {EventTarget | null} target */
function rowOf(target) {
  const row = target instanceof Element ? target.closest('.row') : null
  return row ? Number(row.getAttribute('data-id')) : undefined
}

grid.addEventListener('click', (event) => {
  const id = rowOf(event.target)
  if (id === undefined || (event.target instanceof Element && event.target.closest('a'))) return
  const check = event.target instanceof Element && event.target.closest('.is-check')
  pick(id, { shift: event.shiftKey, add: event.ctrlKey || event.metaKey || Boolean(check) })
})
grid.addEventListener('mousedown', (event) => {
  if (event.shiftKey && !(event.target instanceof HTMLInputElement)) event.preventDefault() // no text selection
  grid.focus({ preventScroll: true })
})

grid.addEventListener('contextmenu', (event) => {
  event.preventDefault()
  if (isMenuOpen()) return
  const id = rowOf(event.target)
  if (id !== undefined && !app.selection.ids.has(id)) pick(id, { shift: false, add: false })
  showMenu(event.clientX, event.clientY)
})

/** @param {number} x @param {number} y */
function showMenu(x, y) {
  openMenu(contextMenuItems(app), { x, y, label: `Actions for ${app.config.plural}`, returnTo: grid })
}

grid.addEventListener('keydown', (event) => {
  if (event.target !== grid && !(event.target instanceof HTMLInputElement && event.target.type === 'checkbox')) return
  const command = event.ctrlKey || event.metaKey
  const across = app.state.view === 'thumbnails' ? tilesAcross() : 1
  /** @type {Record<string, number>} */
  const steps = {
    ArrowDown: across,
    ArrowUp: -across,
    PageDown: 10,
    PageUp: -10,
    Home: -app.reachable.length,
    End: app.reachable.length,
  }
  if (app.state.view === 'thumbnails') Object.assign(steps, { ArrowRight: 1, ArrowLeft: -1 })
  const step = steps[event.key]
  if (step !== undefined) moveBy(step, event.shiftKey, command)
  else if (event.key === ' ' && app.selection.active !== undefined)
    pick(app.selection.active, { shift: event.shiftKey, add: true })
  else if (event.key === 'a' && command) {
    app.selection.all(app.order)
    drawSelection()
  } else if (event.key === 'Escape') {
    app.selection.clear()
    drawSelection()
  } else if (event.key === 'Enter' && app.selection.active !== undefined) {
    window.location.assign(`/detail/${app.config.page.type}/${app.selection.active}`)
  } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
    const box = (document.getElementById(`row-${app.selection.active}`) ?? grid).getBoundingClientRect()
    showMenu(box.left + 48, Math.min(box.bottom, box.top + 32))
  } else return
  event.preventDefault()
})

/** @param {number} steps @param {boolean} extend @param {boolean} only the focus moves, the selection stays */
function moveBy(steps, extend, only) {
  const id = app.selection.step(steps, app.reachable)
  if (id === undefined) return
  if (extend) app.selection.range(id, app.reachable)
  else if (only) app.selection.active = id
  else app.selection.only(id)
  drawSelection()
  document.getElementById(`row-${id}`)?.scrollIntoView({ block: 'nearest' })
}

function tilesAcross() {
  const tiles = [...grid.querySelectorAll('.tiles .row')]
  const top = tiles[0]?.getBoundingClientRect().top
  const across = tiles.findIndex((element) => element.getBoundingClientRect().top !== top)
  return across > 0 ? across : Math.max(1, tiles.length)
}

setInterval(() => paintTimes(grid), 60_000)
