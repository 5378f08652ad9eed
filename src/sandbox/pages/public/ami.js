// @ts-check

import { openOverlay } from './dialog.js'
import { askSite, h } from './dom.js'
import { watchForChanges } from './live.js'
import { toastError } from './toast.js'

/** @typedef {{ id: number, title: string, folder: string, selectionRequired: boolean, overlay: boolean, customProtocol: boolean, poll: boolean }} ActionItem */

/**
 * Triggers an action menu item: the site builds and signs the payload at this moment, this browser delivers it.
 * The tab is opened before the site is asked, because browsers allow that only right after a click.
 * @param {ActionItem} item
 * An item that polls makes the page look for what it changes.
 * @param {Record<string, unknown> & { session_uuid: string }} page what this window shows and has selected
 */
export async function triggerItem(item, page) {
  const target = item.customProtocol ? undefined : item.overlay ? openOverlay(item.title) : openTab()
  try {
    const { url, fields, last_event_id } = await askSite(`/internal/action-menu-items/${item.id}/payload`, page)
    if (!target) window.location.assign(withQuery(url, fields))
    else submitForm(url, fields, target.name)
    if (item.poll) void watchForChanges(page.session_uuid, last_event_id)
  } catch (error) {
    target?.close()
    toastError(error)
  }
}

function openTab() {
  const name = `ami-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`
  const tab = window.open('about:blank', name)
  return { name, close: () => tab?.close() }
}

/** @param {string} url @param {Record<string, string>} fields @param {string} target */
function submitForm(url, fields, target) {
  const form = /** @type {HTMLFormElement} */ (
    h('form', { method: 'post', action: url, target, hidden: true, 'accept-charset': 'utf-8' })
  )
  for (const [name, value] of Object.entries(fields)) form.append(h('input', { type: 'hidden', name, value }))
  document.body.append(form)
  form.submit()
  form.remove()
}

/**
 * The payload as a query: columns as repeated keys, ids joined by commas, as sites do for custom protocols.
 * @param {string} url @param {Record<string, string>} fields
 */
export function withQuery(url, fields) {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    name === 'cols' || name === 'column_display_names' ? value.split(',').map((part) => [name, part]) : [[name, value]],
  )
  const query = pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
  return `${url}${url.includes('?') ? '&' : '?'}${query}`
}
