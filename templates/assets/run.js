// The live page of a run: shows its state as it changes, and gives way to the result.
const page = document.getElementById('run')
const doing = document.getElementById('doing')
const count = document.getElementById('count')
const bar = document.getElementById('progress')
const note = document.getElementById('note')
const calm = note.textContent

const show = ({ data }) => {
  const { status, statusText, progress } = JSON.parse(data)
  note.textContent = calm
  if (progress?.text) doing.textContent = progress.text
  else if (status !== 'running') doing.textContent = statusText
  if (progress && progress.total > 0) {
    bar.max = progress.total
    bar.value = progress.done
    count.textContent = `${progress.done.toLocaleString()} / ${progress.total.toLocaleString()}`
  }
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
