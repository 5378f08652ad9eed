// @ts-check
import { addNote, exportCsv, sendToTrash, setStatus } from './actions.js'
import { triggerItem } from './ami.js'

/**
 * The right-click menu: what the sandbox itself can do, the action menu items between two rules, the trash last.
 * @param {import('./grid.js').App} app
 * @returns {import('./menu.js').MenuItem[]}
 */
export function contextMenuItems(app) {
  const { config } = app
  const count = app.selection.ids.size
  const noun = count === 1 ? config.singular : config.plural
  const needsRows = count === 0 ? `Select at least one ${config.singular} first.` : undefined
  const ids = app.selectedIds()
  return [
    {
      label: 'Open',
      icon: 'external-link',
      disabled: count === 1 ? undefined : `Select one ${config.singular}.`,
      choose: () => window.location.assign(`/detail/${config.page.type}/${ids[0]}`),
    },
    ...(config.statusField
      ? [
          {
            label: 'Set status',
            icon: 'circle-dot',
            disabled: needsRows,
            children: config.statusChoices.map((/** @type {string} */ code) => ({
              label: config.statuses[code]?.name ?? code,
              tone: config.statuses[code]?.tone ?? 'grey',
              hint: code,
              choose: () => void setStatus(app, ids, code),
            })),
          },
        ]
      : []),
    {
      label: 'Add note to selected…',
      icon: 'message-square-plus',
      disabled: needsRows,
      choose: () => addNote(app, ids),
    },
    { separator: true },
    {
      label: count === 0 ? 'Export page to Excel (CSV)' : 'Export selected to Excel (CSV)',
      icon: 'file-spreadsheet',
      choose: () => exportCsv(app),
    },
    { separator: true },
    ...actionItems(app, count),
    { separator: true },
    {
      label: `Send selected ${noun} to trash`,
      icon: 'trash-2',
      danger: true,
      disabled: needsRows,
      key: 'trash',
      choose: () => sendToTrash(app, ids),
    },
  ]
}

/**
 * In their order; a folder stands where its first item would.
 * @param {import('./grid.js').App} app @param {number} count
 * @returns {import('./menu.js').MenuItem[]}
 */
function actionItems(app, count) {
  /** @type {import('./ami.js').ActionItem[]} */
  const items = app.config.menuItems
  if (items.length === 0) {
    return [{ note: 'No action menu items yet. ' }, { note: 'Add one…', noteHref: '/action-menu-items/new' }]
  }
  /** @type {import('./menu.js').MenuItem[]} */
  const menu = []
  /** @type {Map<string, import('./menu.js').MenuItem[]>} */
  const folders = new Map()
  for (const item of items) {
    const entry = {
      label: item.title,
      key: `ami-${item.id}`,
      icon: item.folder ? undefined : 'zap',
      disabled:
        item.selectionRequired && count === 0
          ? `“${item.title}” needs a selection: select at least one ${app.config.singular} first.`
          : undefined,
      choose: () => void triggerItem(item, app.snapshot()),
    }
    if (!item.folder) menu.push(entry)
    else if (folders.has(item.folder)) folders.get(item.folder)?.push(entry)
    else {
      const children = [entry]
      folders.set(item.folder, children)
      menu.push({ label: item.folder, icon: 'folder', key: `folder-${item.folder}`, children })
    }
  }
  return menu
}
