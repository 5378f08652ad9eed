// The form before a run: shows what will become of each row, and is sent only once.
const form = document.getElementById('ask')
const button = form.querySelector('button[type="submit"]')
const notStarted = document.getElementById('not-started')

/** A server that has not answered by then may never: the person can try again, and nothing is started twice. */
const PATIENCE_MS = 15_000
let patience

/** What is chosen in a field, as people read it. */
const chosenIn = (name) => {
  const named = [...form.elements].filter((element) => element.name === `param.${name}` && element.type !== 'hidden')
  const labels = named.flatMap((element) => {
    if (element.tagName === 'SELECT')
      return [...element.selectedOptions].filter(({ value }) => value).map(({ text }) => text)
    if (element.type === 'checkbox' || element.type === 'radio')
      return element.checked && element.value ? [element.dataset.label ?? element.value] : []
    return element.value ? [element.value] : []
  })
  return labels.join(', ')
}

const follow = () => {
  for (const cell of form.querySelectorAll('[data-follows]')) {
    const text = chosenIn(cell.dataset.follows)
    cell.textContent = text
    cell.title = text
    const before = cell.previousElementSibling?.textContent ?? ''
    cell.classList.toggle('same', text === before)
  }
}

form.addEventListener('input', follow)
follow()

form.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
})

form.addEventListener('submit', () => {
  button.dataset.label = button.textContent
  button.textContent = form.dataset.sending
  button.disabled = true
  notStarted.hidden = true
  clearTimeout(patience)
  patience = setTimeout(release, PATIENCE_MS)
})

const release = () => {
  clearTimeout(patience)
  button.disabled = false
  button.textContent = button.dataset.label ?? button.textContent
}

// A page that comes back from the browser's history can be sent again.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return
  release()
  notStarted.hidden = false
})

// A mistake is where the eyes should be.
const wrong = form.querySelector('.wrong input:not([type="hidden"]), .wrong select, .wrong textarea')
const first = form.querySelector('.field input:not([type="hidden"]), .field select, .field textarea')
;(wrong ?? first)?.focus({ preventScroll: wrong === null })
