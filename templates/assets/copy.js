// Buttons that copy what stands beside them.
const SAID_MS = 1600

/** Browsers offer the clipboard on https and on this very machine; elsewhere the old way is left. */
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const field = Object.assign(document.createElement('textarea'), { value: text, className: 'unseen' })
    document.body.append(field)
    field.select()
    document.execCommand('copy')
    field.remove()
  }
}

document.addEventListener('click', async ({ target }) => {
  const button = target.closest?.('[data-copy]')
  if (!button) return
  await copy(button.dataset.copy)
  button.focus()
  const said = document.createElement('span')
  said.className = 'copied'
  said.setAttribute('role', 'status')
  button.after(said)
  said.textContent = button.dataset.copied
  setTimeout(() => said.remove(), SAID_MS)
})

document.documentElement.classList.add('js')
