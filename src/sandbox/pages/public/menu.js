// @ts-check
import { h, icon } from './dom.js'

/**
 * @typedef {object} MenuItem
 * @property {string} [label]
 * @property {string} [icon]
 * @property {boolean} [separator]
 * @property {string} [note] words that are not an item
 * @property {string} [noteHref]
 * @property {string} [disabled] why it cannot be chosen
 * @property {boolean} [danger]
 * @property {boolean} [checked] makes it a check item
 * @property {string} [tone] a dot in the colour of a status
 * @property {string} [hint]
 * @property {string} [key] found in tests and styles as data-key
 * @property {boolean} [stays] choosing it leaves the menu open
 * @property {MenuItem[]} [children]
 * @property {() => void} [choose]
 */

const HOVER_MS = 120 // long enough to cross a neighbour on the way into a sub-menu
const EDGE_PX = 8

/** @type {{ close: (refocus?: boolean) => void } | undefined} */
let open

export const isMenuOpen = () => open !== undefined
export const closeMenu = () => open?.close()

/**
 * Opens a menu at a point of the window, or under a button; only one is open at a time.
 * @param {MenuItem[] | (() => MenuItem[])} items a function is asked again after a choice that leaves the menu open
 * @param {{ x: number, y: number, label: string, returnTo?: HTMLElement, anchor?: HTMLElement, byPointer?: boolean }} place with `byPointer` no item has the focus yet
 */
export function openMenu(items, place) {
  open?.close(false)
  const read = typeof items === 'function' ? items : () => items
  const layer = h('div', { class: 'menu-layer' })
  document.body.append(layer)
  place.anchor?.setAttribute('aria-expanded', 'true')

  const close = (refocus = true) => {
    if (open !== handle) return
    open = undefined
    layer.remove()
    place.anchor?.setAttribute('aria-expanded', 'false')
    document.removeEventListener('pointerdown', outside, true)
    window.removeEventListener('blur', leave)
    window.removeEventListener('resize', leave)
    if (refocus) (place.returnTo ?? place.anchor)?.focus({ preventScroll: true })
  }
  const handle = { close }
  const leave = () => close(false)
  /** @param {Event} event */
  const outside = (event) => {
    if (!(event.target instanceof Node) || layer.contains(event.target) || place.anchor?.contains(event.target)) return
    close(false)
  }
  open = handle
  document.addEventListener('pointerdown', outside, true)
  window.addEventListener('blur', leave)
  window.addEventListener('resize', leave)

  const show = (/** @type {string | undefined} */ focusKey) => {
    layer.replaceChildren()
    const panel = buildPanel(read(), place.label, layer, {
      close,
      refresh: show,
    })
    layer.append(panel)
    putInside(panel, { left: place.x, right: place.x, top: place.y, bottom: place.y }, 'point')
    const wanted = focusKey && panel.querySelector(`[data-key="${CSS.escape(focusKey)}"]`)
    if (wanted instanceof HTMLElement) wanted.focus()
    else if (place.byPointer) panel.focus({ preventScroll: true })
    else focusItem(panel)
  }
  layer.addEventListener('contextmenu', (event) => event.preventDefault())
  layer.addEventListener('focusout', (event) => {
    if (event.relatedTarget instanceof Node && !layer.contains(event.relatedTarget)) close(false)
  })
  show()
  return handle
}

/** @param {HTMLElement} button @param {MenuItem[] | (() => MenuItem[])} items @param {string} label */
export function menuButton(button, items, label) {
  button.setAttribute('aria-haspopup', 'menu')
  button.setAttribute('aria-expanded', 'false')
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-expanded') === 'true') return closeMenu()
    const box = button.getBoundingClientRect()
    openMenu(items, { x: box.left, y: box.bottom + 4, label, anchor: button })
  })
}

/**
 * @param {MenuItem[]} items @param {string} label @param {HTMLElement} layer
 * @param {{ close: (refocus?: boolean) => void, refresh: (key?: string) => void }} menu
 * @param {HTMLElement} [parent] the item that this is the sub-menu of
 */
function buildPanel(items, label, layer, menu, parent) {
  const panel = h('div', { class: 'menu', role: 'menu', 'aria-label': label, tabindex: '-1' })
  /** @type {{ panel: HTMLElement, from: HTMLElement } | undefined} */
  let child
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  const closeChild = () => {
    child?.from.setAttribute('aria-expanded', 'false')
    child?.panel.dispatchEvent(new CustomEvent('menu-gone'))
    child?.panel.remove()
    child = undefined
  }
  panel.addEventListener('menu-gone', () => {
    clearTimeout(timer)
    closeChild()
  })
  /** @param {HTMLElement} element @param {MenuItem} item @param {boolean} focus */
  const openChild = (element, item, focus) => {
    if (child?.from !== element) {
      closeChild()
      const sub = buildPanel(item.children ?? [], item.label ?? '', layer, menu, element)
      layer.append(sub)
      putInside(sub, element.getBoundingClientRect(), 'side')
      element.setAttribute('aria-expanded', 'true')
      child = { panel: sub, from: element }
    }
    if (focus && child) focusItem(child.panel)
  }

  for (const item of items) {
    if (item.separator) {
      panel.append(h('div', { class: 'menu-rule', role: 'separator' }))
      continue
    }
    if (item.note) {
      const words = item.noteHref ? h('a', { href: item.noteHref }, item.note) : item.note
      panel.append(h('div', { class: 'menu-note', role: 'presentation' }, words))
      continue
    }
    const element = buildItem(item)
    panel.append(element)
    element.addEventListener('pointermove', () => {
      if (document.activeElement === element) return
      element.focus({ preventScroll: true })
      clearTimeout(timer)
      timer = setTimeout(
        () => (item.children && !item.disabled ? openChild(element, item, false) : closeChild()),
        HOVER_MS,
      )
    })
    element.addEventListener('click', () => {
      if (item.disabled) return
      if (item.children) return openChild(element, item, true)
      if (!item.stays) menu.close()
      item.choose?.()
      if (item.stays) menu.refresh(item.key)
    })
    element.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowRight' || !item.children || item.disabled) return
      event.preventDefault()
      event.stopPropagation()
      openChild(element, item, true)
    })
  }

  panel.addEventListener('keydown', (event) => {
    event.stopPropagation()
    const elements = itemsOf(panel)
    const at = elements.indexOf(/** @type {HTMLElement} */ (document.activeElement))
    const to = (/** @type {number} */ index) => elements[(index + elements.length) % elements.length]?.focus()
    if (event.key === 'ArrowDown') to(at + 1)
    else if (event.key === 'ArrowUp') to(at < 0 ? elements.length - 1 : at - 1)
    else if (event.key === 'Home') to(0)
    else if (event.key === 'End') to(elements.length - 1)
    else if (event.key === 'Tab') menu.close()
    else if (event.key === 'Escape' || event.key === 'ArrowLeft') {
      if (parent) {
        parent.focus()
        parent.dispatchEvent(new CustomEvent('menu-back', { bubbles: true }))
      } else if (event.key === 'Escape') menu.close()
    } else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey) {
      const letter = event.key.toLocaleLowerCase()
      const after = [...elements.slice(at + 1), ...elements.slice(0, at + 1)]
      after.find((element) => element.textContent?.trim().toLocaleLowerCase().startsWith(letter))?.focus()
    } else return
    event.preventDefault()
  })
  panel.addEventListener('menu-back', closeChild)
  return panel
}

/** @param {MenuItem} item */
function buildItem(item) {
  const role = item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'
  const mark = item.checked === undefined ? item.icon && icon(item.icon) : item.checked && icon('check')
  return h(
    'button',
    {
      type: 'button',
      class: `menu-item${item.danger ? ' is-danger' : ''}`,
      role,
      tabindex: '-1',
      title: item.disabled,
      'data-key': item.key,
      'aria-disabled': item.disabled ? 'true' : undefined,
      'aria-checked': item.checked === undefined ? undefined : String(item.checked),
      'aria-haspopup': item.children ? 'menu' : undefined,
      'aria-expanded': item.children ? 'false' : undefined,
    },
    h('span', { class: 'menu-mark' }, item.tone ? h('span', { class: 'dot', 'data-tone': item.tone }) : mark || null),
    h('span', { class: 'menu-label', title: item.disabled ? undefined : item.label }, item.label),
    item.hint && h('span', { class: 'menu-hint' }, item.hint),
    item.children && icon('chevron-right', 'menu-chevron'),
  )
}

/** @param {HTMLElement} panel @returns {HTMLElement[]} */
const itemsOf = (panel) => [...panel.querySelectorAll('.menu-item')].filter((element) => element instanceof HTMLElement)

/** @param {HTMLElement} target an item, or a panel whose first item is meant */
function focusItem(target) {
  const first = target.classList.contains('menu') ? (itemsOf(target)[0] ?? target) : target
  first.focus({ preventScroll: true })
}

/**
 * Keeps a panel in the window: to the right of and below its origin, else flipped.
 * @param {HTMLElement} panel @param {{ left: number, right: number, top: number, bottom: number }} origin @param {'point' | 'side'} kind
 */
function putInside(panel, origin, kind) {
  const { width, height } = panel.getBoundingClientRect()
  const roomX = window.innerWidth - EDGE_PX
  const roomY = window.innerHeight - EDGE_PX
  const overlap = kind === 'side' ? 4 : 0
  let left = origin.right - overlap
  if (left + width > roomX) left = kind === 'side' ? origin.left - width + overlap : roomX - width
  let top = kind === 'side' ? origin.top - 5 : origin.bottom
  if (top + height > roomY)
    top = kind === 'point' && origin.top - height >= EDGE_PX ? origin.top - height : roomY - height
  panel.style.setProperty('left', `${Math.max(EDGE_PX, left)}px`)
  panel.style.setProperty('top', `${Math.max(EDGE_PX, top)}px`)
}
