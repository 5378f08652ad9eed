// @ts-check
import { addEntity } from './actions.js'
import { triggerItem } from './ami.js'
import { contextMenuItems } from './context-menu.js'
import { need } from './dom.js'
import { closeMenu, menuButton } from './menu.js'
import { pageSizes } from './state.js'

/** Switches, Add, Sort, Group, Fields, the filter and the page size. @param {import('./grid.js').App} app */
export function mountToolbar(app) {
  const { config, state } = app
  for (const view of /** @type {const} */ (['list', 'thumbnails'])) {
    const button = need(`view-${view}`)
    const paint = () => button.setAttribute('aria-pressed', String(state.view === view))
    button.addEventListener('click', () => {
      state.view = view
      for (const other of ['list', 'thumbnails'])
        need(`view-${other}`).setAttribute('aria-pressed', String(other === view))
      app.refresh()
    })
    paint()
  }

  const override = config.addOverride
  need('add').addEventListener('click', () => {
    if (override) void triggerItem(override, app.snapshot())
    else addEntity(app)
  })
  menuButton(
    need('add-more'),
    () => [
      { label: `Add ${config.singular}…`, icon: 'plus', choose: () => addEntity(app) },
      ...(config.addDropdown.length > 0 ? [{ separator: true }] : []),
      ...config.addDropdown.map((/** @type {import('./ami.js').ActionItem} */ item) => ({
        label: item.title,
        icon: 'zap',
        choose: () => void triggerItem(item, app.snapshot()),
      })),
    ],
    `Add ${config.singular}`,
  )

  const sortable = config.columns.filter((/** @type {import('./model.js').Column} */ column) => column.kind !== 'image')
  menuButton(
    need('sort'),
    () => [
      ...sortable.map((/** @type {import('./model.js').Column} */ column) => {
        const sort = state.sorts.find((candidate) => candidate.column === column.field)
        return {
          label: column.label,
          key: column.field,
          checked: Boolean(sort),
          hint: sort ? (sort.direction === 'asc' ? 'Ascending' : 'Descending') : '',
          stays: true,
          choose: () => {
            state.sorts = [{ column: column.field, direction: sort?.direction === 'asc' ? 'desc' : 'asc' }]
            app.refresh()
          },
        }
      }),
    ],
    'Sort',
  )
  menuButton(
    need('group'),
    () => [
      {
        label: 'No grouping',
        key: '-',
        checked: !state.grouping,
        choose: () => {
          state.grouping = undefined
          app.refresh()
        },
      },
      { separator: true },
      ...sortable
        .filter((/** @type {import('./model.js').Column} */ column) => column.kind !== 'name' && column.kind !== 'text')
        .map((/** @type {import('./model.js').Column} */ column) => ({
          label: column.label,
          key: column.field,
          checked: state.grouping?.column === column.field,
          choose: () => {
            state.grouping = { column: column.field, method: 'exact', direction: 'asc' }
            app.refresh()
          },
        })),
    ],
    'Group',
  )
  menuButton(
    need('fields'),
    () =>
      config.columns.map((/** @type {import('./model.js').Column} */ column) => ({
        label: column.label,
        key: column.field,
        checked: state.fields.includes(column.field),
        disabled: column.kind === 'name' ? 'The name always stays.' : undefined,
        stays: true,
        choose: () => {
          const shown = new Set(state.fields)
          if (!shown.delete(column.field)) shown.add(column.field)
          state.fields = config.columns
            .map((/** @type {any} */ each) => each.field)
            .filter((/** @type {string} */ field) => shown.has(field))
          app.refresh()
        },
      })),
    'Fields',
  )
  menuButton(need('more'), () => contextMenuItems(app), 'More actions')
  menuButton(
    need('page-size'),
    () =>
      pageSizes.map((size) => ({
        label: `${size} rows a page`,
        checked: state.size === size,
        choose: () => {
          state.size = size
          state.page = 1
          need('page-size-text').textContent = `${size} a page`
          app.refresh()
        },
      })),
    'Rows a page',
  )
  need('page-size-text').textContent = `${state.size} a page`

  const filter = /** @type {HTMLInputElement} */ (need('filter'))
  filter.value = state.query
  filter.addEventListener('focus', closeMenu)
  filter.addEventListener('input', () => {
    state.query = filter.value
    state.page = 1
    app.refresh()
  })
  filter.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      filter.value = ''
      filter.dispatchEvent(new Event('input'))
    } else if (event.key === 'ArrowDown') need('grid').focus()
  })
}
