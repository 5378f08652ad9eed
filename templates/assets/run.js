// The live page of a run: shows its state as it changes, and gives way to the result.
const page = document.getElementById('run')
const doing = document.getElementById('doing')
const count = document.getElementById('count')
const bar = document.getElementById('progress')
const tally = document.getElementById('tally')
const note = document.getElementById('note')
const stop = document.getElementById('cancel')
const calm = note.textContent

const show = ({ data }) => {
  const { status, statusText, progress, items, cancelling } = JSON.parse(data)
  tell(items)
  note.textContent = calm
  stop.disabled = cancelling === true
  if (cancelling) doing.textContent = stop.dataset.cancelling
  else if (progress?.text) doing.textContent = progress.text
  else if (status !== 'running') doing.textContent = statusText
  if (progress && progress.total > 0) {
    bar.max = progress.total
    bar.value = progress.done
    count.textContent = `${progress.done.toLocaleString()} / ${progress.total.toLocaleString()}`
  }
}

/** What went wrong so far is worth knowing before the end. */
const tell = (items) => {
  const parts = ['failed', 'skipped'].filter((status) => items?.[status] > 0)
  tally.replaceChildren(
    ...parts.map((status) => {
      const part = document.createElement('span')
      part.className = `fate ${status}`
      part.textContent = `${items[status].toLocaleString()} ${tally.dataset[status]}`
      return part
    }),
  )
}

const RETRY_MS = 5000

const follow = () => {
  const events = new EventSource(`/r/${page.dataset.token}/events`)
  events.onmessage = show
  events.addEventListener('settled', () => {
    events.close()
    location.reload()
  })
  events.onerror = () => {
    note.textContent = note.dataset.lost
    // Browsers try again by themselves, but not after an answer other than 200: that of a proxy while the server restarts.
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, RETRY_MS)
  }
}

follow()
