// @ts-check
import { h, icon } from './dom.js'

const SHOWN_MS = 8000 // time to read it and to reach Undo

/** @param {string} text @param {{ tone?: 'good' | 'bad', action?: string, choose?: () => void }} [options] */
export function toast(text, options = {}) {
  const shelf =
    document.getElementById('toasts') ??
    document.body.appendChild(h('div', { id: 'toasts', role: 'status', 'aria-live': 'polite' }))
  const close = () => card.remove()
  const card = h(
    'div',
    { class: 'toast', 'data-tone': options.tone ?? 'good' },
    h('span', { class: 'toast-text' }, text),
    options.action &&
      h(
        'button',
        {
          type: 'button',
          class: 'link',
          onclick: () => {
            close()
            options.choose?.()
          },
        },
        options.action,
      ),
    h('button', { type: 'button', class: 'ghost', 'aria-label': 'Close', onclick: close }, icon('x')),
  )
  shelf.append(card)
  setTimeout(close, SHOWN_MS)
}

/** @param {unknown} error */
export const toastError = (error) => toast(error instanceof Error ? error.message : String(error), { tone: 'bad' })
