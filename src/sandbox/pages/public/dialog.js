// @ts-check
import { h, icon } from './dom.js'
import { isBlank } from './names.js'
import { toastError } from './toast.js'

/**
 * Asks in a modal dialog, which closes once the deed is done: when it is refused, the reason stands beside what was typed.
 * @param {{ title: string, text?: string, fields?: HTMLElement[], confirm: string, danger?: boolean, act: (typed: FormData) => Promise<void> }} question
 */
export function ask(question) {
  const problem = h('div', { class: 'problem', role: 'alert', hidden: true })
  const confirm = h('button', { class: `button ${question.danger ? 'is-danger' : 'is-primary'}` }, question.confirm)
  const form = /** @type {HTMLFormElement} */ (
    h(
      'form',
      { class: 'dialog-form' },
      h('h2', { id: 'dialog-title' }, question.title),
      question.text && h('p', {}, question.text),
      ...(question.fields ?? []),
      problem,
      h(
        'div',
        { class: 'dialog-buttons' },
        h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Cancel'),
        confirm,
      ),
    )
  )
  const dialog = /** @type {HTMLDialogElement} */ (
    h('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' }, form)
  )
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (confirm.hasAttribute('disabled')) return
    confirm.toggleAttribute('disabled', true)
    problem.hidden = true
    try {
      await question.act(new FormData(form))
      dialog.close()
    } catch (error) {
      if (!dialog.open) return toastError(error)
      problem.textContent = error instanceof Error ? error.message : String(error)
      problem.hidden = false
    } finally {
      confirm.toggleAttribute('disabled', false)
    }
  })
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

/** @param {string} label @param {string} name @param {{ longest: number, long?: boolean, required?: boolean }} options */
export function field(label, name, { longest, long, required }) {
  const shared = { name, required, maxlength: longest, dir: 'auto' }
  const input = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (
    long ? h('textarea', { ...shared, rows: '4' }) : h('input', { ...shared, autocomplete: 'off' })
  )
  input.addEventListener('input', () => {
    const blank = required && input.value !== '' && isBlank(input.value)
    input.setCustomValidity(blank ? 'This is only blanks: write a few words.' : '')
  })
  return h('label', { class: 'field' }, h('span', { class: 'field-label' }, label), input)
}

/** The modal overlay that an action menu item may ask for: an iframe instead of a new tab. @param {string} title */
export function openOverlay(title) {
  const name = `overlay-${Date.now()}`
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      'dialog',
      { class: 'overlay', 'aria-label': title },
      h(
        'header',
        { class: 'overlay-head' },
        h('span', { class: 'cut', title }, title),
        h(
          'button',
          { type: 'button', class: 'ghost', 'aria-label': 'Close', onclick: () => dialog.close() },
          icon('x'),
        ),
      ),
      h('iframe', { name, title, class: 'overlay-frame' }),
    )
  )
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  return { name, close: () => dialog.close() }
}
