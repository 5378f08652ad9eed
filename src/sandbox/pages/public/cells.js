// @ts-check
import { h, icon } from './dom.js'
import { cellText } from './model.js'
import { isBlank, shownName, shownText } from './names.js'
import { exactTime, relativeTime } from './time.js'

/** @typedef {import('./model.js').Row} Row */
/** @typedef {import('./model.js').Column} Column */
/** @typedef {import('./model.js').Statuses} Statuses */

/** @param {Row} row @param {Column} column @param {Statuses} statuses */
export function cell(row, column, statuses) {
  const value = row[column.field]
  const box = h('div', { role: 'gridcell', class: `cell is-${column.kind}`, 'data-field': column.field })
  if (column.kind === 'image') box.append(thumbnail(value, 'thumb'))
  else if (column.kind === 'name') box.append(nameLink(row, value))
  else if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
    box.append(h('span', { class: 'nothing' }, '–'))
  else if (column.kind === 'status') box.append(badge(String(value), statuses))
  else if (column.kind === 'date')
    box.append(h('time', { class: 'cut', datetime: value, title: exactTime(value) }, relativeTime(value)))
  else if (column.kind === 'link') {
    const list = Array.isArray(value) ? value : [value]
    const title = list.map(linkName).join(', ')
    box.append(h('span', { class: 'cut', dir: 'auto', title }, ...links(list)))
  } else {
    const text = shownText(cellText(value, column.kind, statuses))
    box.append(
      text === '' ? h('span', { class: 'nothing' }, '–') : h('span', { class: 'cut', dir: 'auto', title: text }, text),
    )
  }
  return box
}

/** @param {Row} row @param {unknown} value */
function nameLink(row, value) {
  const text = String(value ?? '')
  const title = shownName(text)
  const classes = `cut name${isBlank(text) ? ' is-nameless' : ''}`
  return h('a', { class: classes, href: `/detail/${row.type}/${row.id}`, title, dir: 'auto', tabindex: '-1' }, title)
}

/** @typedef {{ type: string, id: number, name?: string | null }} Link */

/** @param {Link} link */
const linkName = (link) => (typeof link.name === 'string' ? shownName(link.name) : `${link.type} ${link.id}`)

/** @param {Link[]} list @returns {(Node | string)[]} */
function links(list) {
  return list.flatMap((link, index) => {
    const anchor = h('a', { href: `/detail/${link.type}/${link.id}`, tabindex: '-1' }, linkName(link))
    return index === 0 ? [anchor] : [', ', anchor]
  })
}

/** Colour, and the words beside it. @param {string} code @param {Statuses} statuses */
export function badge(code, statuses) {
  const status = statuses[code]
  return h(
    'span',
    { class: 'badge', 'data-tone': status?.tone ?? 'grey', title: `${status?.name ?? code} (${code})` },
    h('span', { class: 'dot', 'data-tone': status?.tone ?? 'grey' }),
    h('span', { class: 'cut' }, status?.name ?? code),
  )
}

/** @param {unknown} url @param {string} className */
export function thumbnail(url, className) {
  const box = h('div', { class: className })
  if (typeof url !== 'string' || url === '') box.append(icon('image'))
  else {
    const image = h('img', { src: url, alt: '', loading: 'lazy', decoding: 'async', draggable: 'false' })
    image.addEventListener('error', () => image.replaceWith(icon('image')))
    box.append(image)
  }
  return box
}

/** @param {Row} row @param {string} nameField @param {Column[]} columns @param {Statuses} statuses */
export function tile(row, nameField, columns, statuses) {
  const statusColumn = columns.find((column) => column.kind === 'status')
  const linkColumn = columns.find((column) => column.kind === 'link')
  const link = linkColumn ? shownText(cellText(row[linkColumn.field], 'link', statuses)) : ''
  return h(
    'div',
    { role: 'gridcell', class: 'tile' },
    thumbnail(row.image, 'thumb is-large'),
    nameLink(row, row[nameField]),
    h(
      'div',
      { class: 'tile-line' },
      h('span', { class: 'cut quiet', dir: 'auto', title: link }, link || '–'),
      statusColumn && row[statusColumn.field] ? badge(String(row[statusColumn.field]), statuses) : null,
    ),
  )
}
