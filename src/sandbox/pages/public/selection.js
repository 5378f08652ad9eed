// @ts-check

/** Which rows are selected, and where the next shift-click starts. Knows ids and their order, no DOM. */
export class Selection {
  /** @type {Set<number>} */
  ids = new Set()
  /** @type {number | undefined} the row that the keyboard acts on */
  active
  /** @type {number | undefined} the fixed end of a range */
  anchor

  /** Only these rows still exist. @param {readonly number[]} order */
  keep(order) {
    const known = new Set(order)
    this.ids = new Set([...this.ids].filter((id) => known.has(id)))
    if (this.active !== undefined && !known.has(this.active)) this.active = undefined
    if (this.anchor !== undefined && !known.has(this.anchor)) this.anchor = undefined
  }

  /** @param {number} id */
  only(id) {
    this.ids = new Set([id])
    this.active = this.anchor = id
  }

  /** @param {number} id */
  toggle(id) {
    if (!this.ids.delete(id)) this.ids.add(id)
    this.active = this.anchor = id
  }

  /**
   * From the anchor to here. An anchor that cannot be reached, as in a closed group or on another page, gives way to this row.
   * @param {number} id @param {readonly number[]} order @param {boolean} [add] keeps what was selected
   */
  range(id, order, add = false) {
    if (this.anchor === undefined || !order.includes(this.anchor)) this.anchor = id
    const from = order.indexOf(this.anchor)
    const to = order.indexOf(id)
    const between = order.slice(Math.min(from, to), Math.max(from, to) + 1)
    this.ids = add ? new Set([...this.ids, ...between]) : new Set(between)
    this.active = id
  }

  /** @param {readonly number[]} order */
  all(order) {
    this.ids = new Set(order)
  }

  clear() {
    this.ids = new Set()
    this.anchor = undefined
  }

  /** The row so many steps away from the active one, inside the list. @param {number} steps @param {readonly number[]} order */
  step(steps, order) {
    const at = this.active === undefined ? -1 : order.indexOf(this.active)
    if (at < 0) return steps > 0 ? order[0] : order[order.length - 1]
    return order[Math.min(order.length - 1, Math.max(0, at + steps))]
  }

  /** The selection in the order of the page. @param {readonly number[]} order */
  inOrder(order) {
    return order.filter((id) => this.ids.has(id))
  }
}
