// @ts-check
// Mouse and keyboard on the grid: selecting, and opening the menu.
import { contextMenuItems } from './context-menu.js'
import { isMenuOpen, openMenu } from './menu.js'

/** @param {import('./grid.js').App} app @param {HTMLElement} grid */
export function mountInput(app, grid) {
  /** @param {number} id @param {{ shift: boolean, add: boolean }} keys */
  function pick(id, { shift, add }) {
    if (shift) app.selection.range(id, app.reachable, add)
    else if (add) app.selection.toggle(id)
    else app.selection.only(id)
    app.drawSelection()
  }

  /** @param {EventTarget | null} target */
  function rowOf(target) {
    const row = target instanceof Element ? target.closest('.row') : null
    return row ? Number(row.getAttribute('data-id')) : undefined
  }

  grid.addEventListener('click', (event) => {
    const id = rowOf(event.target)
    if (id === undefined || (event.target instanceof Element && event.target.closest('a'))) return
    const check = event.target instanceof Element && event.target.closest('.is-check')
    pick(id, { shift: event.shiftKey, add: event.ctrlKey || event.metaKey || Boolean(check) })
  })
  grid.addEventListener('mousedown', (event) => {
    if (event.shiftKey && !(event.target instanceof HTMLInputElement)) event.preventDefault() // no text selection
    grid.focus({ preventScroll: true })
  })

  grid.addEventListener('contextmenu', (event) => {
    event.preventDefault()
    if (isMenuOpen()) return
    const id = rowOf(event.target)
    if (id !== undefined && !app.selection.ids.has(id)) pick(id, { shift: false, add: false })
    showMenu(event.clientX, event.clientY, event.button === 2)
  })

  /** @param {number} x @param {number} y @param {boolean} [byPointer] */
  function showMenu(x, y, byPointer = false) {
    openMenu(contextMenuItems(app), { x, y, label: `Actions for ${app.config.plural}`, returnTo: grid, byPointer })
  }

  grid.addEventListener('keydown', (event) => {
    if (event.target !== grid && !(event.target instanceof HTMLInputElement && event.target.type === 'checkbox')) return
    const command = event.ctrlKey || event.metaKey
    const across = app.state.view === 'thumbnails' ? tilesAcross() : 1
    /** @type {Record<string, number>} */
    const steps = {
      ArrowDown: across,
      ArrowUp: -across,
      PageDown: 10,
      PageUp: -10,
      Home: -app.reachable.length,
      End: app.reachable.length,
    }
    if (app.state.view === 'thumbnails') Object.assign(steps, { ArrowRight: 1, ArrowLeft: -1 })
    const step = steps[event.key]
    if (step !== undefined) moveBy(step, event.shiftKey, command)
    else if (event.key === ' ' && app.selection.active !== undefined)
      pick(app.selection.active, { shift: event.shiftKey, add: true })
    else if (event.key === 'a' && command) {
      app.selection.all(app.order)
      app.drawSelection()
    } else if (event.key === 'Escape') {
      app.selection.clear()
      app.drawSelection()
    } else if (event.key === 'Enter' && app.selection.active !== undefined) {
      window.location.assign(`/detail/${app.config.page.type}/${app.selection.active}`)
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const box = (document.getElementById(`row-${app.selection.active}`) ?? grid).getBoundingClientRect()
      showMenu(box.left + 48, Math.min(box.bottom, box.top + 32))
    } else return
    event.preventDefault()
  })

  /** @param {number} steps @param {boolean} extend @param {boolean} only the focus moves, the selection stays */
  function moveBy(steps, extend, only) {
    const id = app.selection.step(steps, app.reachable)
    if (id === undefined) return
    if (extend) app.selection.range(id, app.reachable)
    else if (only) app.selection.active = id
    else app.selection.only(id)
    app.drawSelection()
    document.getElementById(`row-${id}`)?.scrollIntoView({ block: 'nearest' })
  }

  function tilesAcross() {
    const tiles = [...grid.querySelectorAll('.tiles .row')]
    const top = tiles[0]?.getBoundingClientRect().top
    const across = tiles.findIndex((element) => element.getBoundingClientRect().top !== top)
    return across > 0 ? across : Math.max(1, tiles.length)
  }
}
