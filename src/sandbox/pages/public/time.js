// @ts-check

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const units = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const exactDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

/** @param {string} iso @param {number} [nowMs] */
export function relativeTime(iso, nowMs = Date.now()) {
  const seconds = (Date.parse(iso) - nowMs) / 1000
  if (!Number.isFinite(seconds)) return iso
  for (const [unit, size] of units)
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  return 'just now'
}

/** A date stays the day it is; a moment is shown in the person's zone. @param {string} iso */
export function exactTime(iso) {
  const ms = Date.parse(iso)
  if (!Number.isFinite(ms)) return iso
  return /^\d{4}-\d{2}-\d{2}$/.test(iso) ? exactDay.format(ms) : exact.format(ms)
}

/** @param {ParentNode} [root] */
export function paintTimes(root = document) {
  for (const element of root.querySelectorAll('time[datetime]')) {
    const iso = element.getAttribute('datetime') ?? ''
    element.textContent = relativeTime(iso)
    element.setAttribute('title', exactTime(iso))
  }
}
