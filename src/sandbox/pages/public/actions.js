// @ts-check
// What the sandbox itself can do to the selection. Each asks the site, then reads the rows again.
import { ask, field } from './dialog.js'
import { askSite, h } from './dom.js'
import { toCsv } from './model.js'
import { toast, toastError } from './toast.js'

/** @typedef {import('./grid.js').App} App */

/** @param {App} app @param {number[]} ids @param {string} status */
export async function setStatus(app, ids, status) {
  await change(
    app,
    'status',
    { ids, status },
    (count) => `${amount(app, count)} set to ${app.config.statuses[status]?.name ?? status}`,
  )
}

/** @param {App} app @param {number[]} ids */
export async function addNote(app, ids) {
  const answer = await ask({
    title: `Note on ${amount(app, ids.length)}`,
    fields: [field('Subject', 'subject', { required: true }), field('Note', 'content', { long: true })],
    confirm: 'Add note',
  })
  if (!answer) return
  const words = { subject: String(answer.get('subject')), content: String(answer.get('content')) }
  await change(app, 'note', { ids, ...words }, () => `Note added to ${amount(app, ids.length)}`)
}

/** @param {App} app @param {number[]} ids */
export async function sendToTrash(app, ids) {
  const what = amount(app, ids.length)
  const answer = await ask({
    title: `Send ${what} to the trash?`,
    text: 'They vanish from every page, and can be brought back.',
    confirm: 'Send to trash',
    danger: true,
  })
  if (!answer) return
  await change(app, 'retire', { ids }, (count) => `${amount(app, count)} sent to trash`, {
    action: 'Undo',
    choose: () => void change(app, 'revive', { ids }, (count) => `${amount(app, count)} brought back`),
  })
}

/** @param {App} app */
export async function addEntity(app) {
  const answer = await ask({
    title: `New ${app.config.singular}`,
    fields: [field('Name', 'name', { required: true }), field('Description', 'description', { long: true })],
    confirm: `Add ${app.config.singular}`,
  })
  if (!answer) return
  const words = { name: String(answer.get('name')), description: String(answer.get('description')) }
  await change(app, 'create', words, () => `“${words.name}” added`)
}

/** The selected rows, or the whole page when nothing is selected, as a file for Excel. @param {App} app */
export function exportCsv(app) {
  const wanted = app.selection.ids.size > 0 ? app.selectedIds() : app.order
  const byId = new Map(app.rows.map((row) => [row.id, row]))
  const rows = wanted.flatMap((id) => byId.get(id) ?? [])
  const columns = app.config.columns.filter((/** @type {import('./model.js').Column} */ column) =>
    app.state.fields.includes(column.field),
  )
  const url = URL.createObjectURL(
    new Blob([toCsv(rows, columns, app.config.statuses)], { type: 'text/csv;charset=utf-8' }),
  )
  const link = /** @type {HTMLAnchorElement} */ (h('a', { href: url, download: `${app.config.page.title}.csv` }))
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000) // the download has long begun
}

/**
 * @param {App} app @param {string} action @param {Record<string, unknown>} body
 * @param {(count: number) => string} words @param {{ action?: string, choose?: () => void }} [offer]
 */
async function change(app, action, body, words, offer = {}) {
  try {
    const answer = await askSite(`/internal/entities/${app.config.page.type}/${action}`, {
      ...body,
      page_id: app.config.page.id,
      session_uuid: app.sessionUuid,
    })
    await app.reload()
    toast(words(answer.count), offer)
  } catch (error) {
    await app.reload()
    toastError(error)
  }
}

/** @param {App} app @param {number} count */
const amount = (app, count) => `${count} ${count === 1 ? app.config.singular : app.config.plural}`
