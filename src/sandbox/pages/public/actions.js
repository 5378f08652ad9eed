// @ts-check
// What the sandbox itself can do to the selection. Each asks the site, then reads the rows again.
import { ask, field } from './dialog.js'
import { askSite, h } from './dom.js'
import { toCsv } from './model.js'
import { toast, toastError } from './toast.js'

/** @typedef {import('./grid.js').App} App */

/** @typedef {{ count: number, gone: number[] }} Answer how many were changed, and the ids of those that are not there any more */

/** @param {App} app @param {number[]} ids @param {string} status */
export async function setStatus(app, ids, status) {
  try {
    const answer = await change(app, 'status', { ids, status })
    toast(`${howMany(app, answer)} set to ${app.config.statuses[status]?.name ?? status}${whoIsGone(answer)}`)
  } catch (error) {
    toastError(error)
  }
}

/** @param {App} app @param {number[]} ids */
export function addNote(app, ids) {
  ask({
    title: `Note on ${amount(app, ids.length)}`,
    fields: [
      field('Subject', 'subject', { required: true, longest: 500 }),
      field('Note', 'content', { long: true, longest: 20_000 }),
    ],
    confirm: 'Add note',
    act: async (typed) => {
      const answer = await change(app, 'note', { ids, ...Object.fromEntries(typed) })
      toast(`Note added to ${howMany(app, answer)}${whoIsGone(answer)}`)
    },
  })
}

/** @param {App} app @param {number[]} ids */
export function sendToTrash(app, ids) {
  ask({
    title: `Send ${amount(app, ids.length)} to the trash?`,
    text: 'They vanish from every page, and can be brought back.',
    confirm: 'Send to trash',
    danger: true,
    act: async () => {
      const answer = await change(app, 'retire', { ids })
      const gone = new Set(answer.gone)
      toast(`${howMany(app, answer)} sent to trash${whoIsGone(answer)}`, {
        action: 'Undo',
        choose: () =>
          void bringBack(
            app,
            ids.filter((id) => !gone.has(id)),
          ),
      })
    },
  })
}

/** @param {App} app @param {number[]} ids */
async function bringBack(app, ids) {
  try {
    const answer = await change(app, 'revive', { ids })
    toast(
      `${howMany(app, answer)} brought back${answer.gone.length > 0 ? '; the rest is not in the trash any more' : ''}`,
    )
  } catch (error) {
    toastError(error)
  }
}

/** @param {App} app */
export function addEntity(app) {
  ask({
    title: `New ${app.config.singular}`,
    fields: [
      field('Name', 'name', { required: true, longest: 255 }),
      field('Description', 'description', { long: true, longest: 20_000 }),
    ],
    confirm: `Add ${app.config.singular}`,
    act: async (typed) => {
      await change(app, 'create', Object.fromEntries(typed))
      toast(`“${String(typed.get('name')).trim()}” added`)
    },
  })
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
 * Throws when the site refuses it; the page then shows what is there.
 * @param {App} app @param {string} action @param {Record<string, unknown>} body @returns {Promise<Answer>}
 */
async function change(app, action, body) {
  try {
    return await askSite(`/internal/entities/${app.config.page.type}/${action}`, {
      ...body,
      page_id: app.config.page.id,
      session_uuid: app.sessionUuid,
    })
  } finally {
    await app.reload()
  }
}

/** @param {App} app @param {number} count */
const amount = (app, count) => `${count} ${count === 1 ? app.config.singular : app.config.plural}`

/** @param {App} app @param {Answer} answer */
const howMany = (app, { count, gone }) =>
  gone.length === 0 ? amount(app, count) : `${count} of ${amount(app, count + gone.length)}`

/** @param {Answer} answer */
const whoIsGone = ({ gone }) =>
  gone.length === 0 ? '' : `; ${gone.length} ${gone.length === 1 ? 'is' : 'are'} no longer there`
