// @ts-check
import { h, icon } from './dom.js'

/**
 * Asks in a modal dialog. Resolves to the form's fields, or to nothing when the person steps back.
 * @param {{ title: string, text?: string, fields?: HTMLElement[], confirm: string, danger?: boolean }} question
 * @returns {Promise<FormData | undefined>}
 */
export function ask(question) {
  const form = /** @type {HTMLFormElement} */ (
    h(
      'form',
      { method: 'dialog', class: 'dialog-form' },
      h('h2', { id: 'dialog-title' }, question.title),
      question.text && h('p', {}, question.text),
      ...(question.fields ?? []),
      h(
        'div',
        { class: 'dialog-buttons' },
        h('button', { type: 'button', class: 'button', value: 'cancel', onclick: () => dialog.close() }, 'Cancel'),
        h('button', { class: `button ${question.danger ? 'is-danger' : 'is-primary'}`, value: 'ok' }, question.confirm),
      ),
    )
  )
  const dialog = /** @type {HTMLDialogElement} */ (
    h('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' }, form)
  )
  document.body.append(dialog)
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      const answer = dialog.returnValue === 'ok' ? new FormData(form) : undefined
      dialog.remove()
      resolve(answer)
    })
    dialog.showModal()
    form.querySelector('input, textarea')?.dispatchEvent(new Event('focus'))
  })
}

/** @param {string} label @param {string} name @param {{ long?: boolean, value?: string, required?: boolean }} [options] */
export function field(label, name, options = {}) {
  const input = options.long
    ? h('textarea', { name, rows: '4', required: options.required })
    : h('input', { name, value: options.value, required: options.required, autocomplete: 'off' })
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
