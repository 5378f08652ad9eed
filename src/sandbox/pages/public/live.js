// @ts-check
import { askSite } from './dom.js'

const FIRST_WAIT_MS = 1000
const SLOWER = 1.5
const LAST_WAIT_MS = 20_000 // with the steps before it: about a minute in all

/** @type {AbortController | undefined} */
let watch
/** @type {(() => Promise<void>) | undefined} */
let reloadPage

/** A page that can show changes says how. @param {() => Promise<void>} reload reads its rows again */
export function showChangesWith(reload) {
  reloadPage = reload
}

/**
 * After an item that asks for it: looks for events that carry this window's session uuid, ever more seldom, and reads the
 * rows again when there are some. As on a real site, what comes after the end is not shown.
 * @param {string} sessionUuid
 * @param {number} after the newest event before the click
 */
export async function watchForChanges(sessionUuid, after) {
  if (!reloadPage) return
  watch?.abort()
  watch = new AbortController()
  const { signal } = watch
  let seen = after
  for (let wait = FIRST_WAIT_MS; wait < LAST_WAIT_MS && !signal.aborted; wait *= SLOWER) {
    const query = new URLSearchParams({ session_uuid: sessionUuid, after: String(seen) })
    const answer = await askSite(`/internal/events?${query}`).catch(() => undefined)
    if (signal.aborted) return
    if (answer && answer.last > seen) {
      seen = answer.last
      wait = FIRST_WAIT_MS
      await reloadPage()
    }
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}
