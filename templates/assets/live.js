// Keeps a page of the dashboard as it would be if it were opened now: the server says that something has changed, the page is
// fetched again, and of the parts marked with data-live only what is different is put in place.
import { Idiomorph } from './idiomorph.js'
import { showTimes } from './time.js'

const main = document.getElementById('main')
const note = document.getElementById('lost')

const RETRY_MS = 5000
const CALM_MS = 1000
/** A server that answers again within this time was not gone. */
const PATIENCE_MS = 2000
const FETCH_MS = 15_000

let events
let lostTimer
let retryTimer

const found = () => {
  clearTimeout(lostTimer)
  lostTimer = undefined
  note.textContent = ''
}
const lost = () => {
  lostTimer ??= setTimeout(() => {
    note.textContent = note.dataset.lost
  }, PATIENCE_MS)
}

/** What people have done to the page is theirs, and times go by themselves. */
const callbacks = {
  beforeNodeMorphed: (now, next) =>
    !(now.nodeName === 'TIME' && now.dateTime === next.dateTime) &&
    !(now.dataset?.since !== undefined && now.dataset.since === next.dataset?.since),
  beforeAttributeUpdated: (name, element) => !(name === 'open' && element.nodeName === 'DETAILS'),
}

const swap = (fresh) => {
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(part.id)
    if (next) Idiomorph.morph(part, next, { callbacks })
  }
  for (const sheet of fresh.querySelectorAll('link[rel="stylesheet"]'))
    if (!document.querySelector(`link[href="${sheet.getAttribute('href')}"]`)) document.head.append(sheet)
  if (document.title !== fresh.title) document.title = fresh.title
  const { version = '', events: from = '' } = fresh.getElementById('main').dataset
  main.dataset.version = version
  if (main.dataset.events !== from) {
    main.dataset.events = from
    listen()
  }
  found()
  showTimes()
}

let wanted = false
let busy = false

/** At once, and then again for what has changed meanwhile, but not more often than people can see. */
const refresh = async () => {
  wanted = true
  if (busy) return
  busy = true
  while (wanted) {
    wanted = false
    await fetchOnce()
    await new Promise((resolve) => setTimeout(resolve, CALM_MS))
  }
  busy = false
}

const fetchOnce = async () => {
  try {
    const response = await fetch(location.href, {
      headers: { accept: 'text/html' },
      cache: 'no-store',
      signal: AbortSignal.timeout(FETCH_MS),
    })
    if (response.status === 404)
      location.reload() // what it showed is gone, and the page says so
    else if (response.ok) swap(new DOMParser().parseFromString(await response.text(), 'text/html'))
    else {
      if (response.status >= 500) lost()
      later()
    }
  } catch {
    lost()
    later()
  }
}

const later = () => {
  clearTimeout(retryTimer)
  retryTimer = setTimeout(reconnect, RETRY_MS)
}

const reconnect = () => {
  refresh()
  if (events.readyState === EventSource.CLOSED) listen()
}

const listen = () => {
  events?.close()
  if (document.hidden) return
  events = new EventSource(main.dataset.events)
  events.onmessage = ({ data }) => {
    found()
    if (data !== main.dataset.version) refresh()
  }
  events.onerror = () => {
    // Browsers try again by themselves, but not after an answer other than 200: of a proxy, or of a server with many windows.
    // Which of the two it was shows when the page is fetched.
    if (events.readyState === EventSource.CLOSED) later()
    else lost()
  }
}

// A browser opens few connections to one server: a window that nobody looks at gives its own back.
const attend = () => {
  if (document.hidden) {
    events?.close()
    clearTimeout(retryTimer)
  } else listen()
}

if (main.dataset.version) {
  document.addEventListener('visibilitychange', attend)
  addEventListener('pagehide', () => events?.close())
  addEventListener('pageshow', ({ persisted }) => persisted && attend())
  attend()
}
