// Times on our pages: relative ones move on, exact ones are told in the person's own zone.
const page = document.documentElement
const { locale, time: ago, duration } = JSON.parse(page.dataset.words)
const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })
const short = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
/** By how much this machine's clock is ahead of the server's. */
const aheadMs = Date.now() - Number(page.dataset.now)

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place)

const relative = (ms, nowMs) => {
  const seconds = Math.round((nowMs - ms) / 1000)
  if (seconds < 0 || seconds >= 86_400) return short.format(ms)
  if (seconds < 10) return ago.now
  if (seconds < 60) return fill(ago.seconds, { n: seconds })
  if (seconds < 3600) return fill(ago.minutes, { n: Math.floor(seconds / 60) })
  return fill(ago.hours, { n: Math.floor(seconds / 3600) })
}

const took = (ms) => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (h > 0) return fill(duration.hours, { h, m })
  return m > 0 ? fill(duration.minutes, { m, s }) : fill(duration.seconds, { s })
}

/** Write only what changes, so that a person who selects text keeps the selection. */
const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text
}

/** Bring the times in a part of the page up to date. */
export const showTimes = (part = document) => {
  const nowMs = Date.now() - aheadMs
  for (const element of part.querySelectorAll('time[datetime]')) {
    const ms = Date.parse(element.dateTime)
    write(element, relative(ms, nowMs))
    const title = exact.format(ms)
    if (element.title !== title) element.title = title
  }
}

export const showDurations = () => {
  const nowMs = Date.now() - aheadMs
  for (const element of document.querySelectorAll('[data-since]'))
    write(element, took(nowMs - Date.parse(element.dataset.since)))
}

showTimes()
setInterval(showTimes, 10_000)
setInterval(showDurations, 1000)
document.addEventListener('visibilitychange', () => showTimes())
