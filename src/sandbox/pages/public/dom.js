// @ts-check

const SVG = 'http://www.w3.org/2000/svg'

/**
 * Builds one element. Text children become text nodes, never markup.
 * @param {string} tag
 * @param {Record<string, unknown>} [props] attributes; `on…` are listeners; `false`, `null` and `undefined` are left out
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue
    if (name.startsWith('on') && typeof value === 'function')
      element.addEventListener(name.slice(2), /** @type {any} */ (value))
    else element.setAttribute(name, value === true ? '' : String(value))
  }
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue
    element.append(child instanceof Node ? child : String(child))
  }
  return element
}

/**
 * @param {string} name a lucide icon of the sprite
 * @param {string} [className]
 */
export function icon(name, className = '') {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('class', `icon ${className}`.trim())
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(SVG, 'use')
  use.setAttribute('href', `/assets/pages/icons.svg#${name}`)
  svg.append(use)
  return svg
}

/**
 * An answer of the sandbox site as JSON; a refusal becomes an Error that a person can read.
 * @param {string} url
 * @param {unknown} [body] sent as JSON with POST when given
 */
export async function askSite(url, body) {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(url, init)
  const answer = await response.json().catch(() => ({}))
  if (!response.ok) throw new Error(answer.message ?? `The sandbox answered ${response.status}.`)
  return answer
}

/** @param {string} id */
export function need(id) {
  const element = document.getElementById(id)
  if (!element) throw new Error(`The page has no #${id}.`)
  return element
}
