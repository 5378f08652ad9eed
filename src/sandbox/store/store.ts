import { isList, type Json } from '../json.ts'
import type { EntityRef } from '../refs.ts'

/** One stored entity. Its values are changed through `Store` only, so that a transaction can take them back. */
export type Row = {
  readonly type: string
  readonly id: number
  /** Only fields that were ever set; links as bare `{type, id}`. */
  readonly values: { [field: string]: Json }
  retired: boolean
  /** The entity whose retirement took this one along, so that reviving it brings this one back. */
  retiredWith: EntityRef | null
}

type Table = { rows: Row[]; byId: Map<number, Row>; lastId: number }

/** All entities of a site, in memory. Rows of one type stand in the order of their ids. */
export class Store {
  readonly #tables = new Map<string, Table>()
  /** Lists that grew here, by themselves: only these may be changed in place. */
  readonly #growing = new WeakMap<readonly Json[], Json[]>()
  #undo: (() => void)[] | undefined

  /**
   * Runs `work` so that all of it happens or, if it throws, nothing, used ids included.
   * A transaction inside another one is a part of it.
   */
  transact<T>(work: () => T): T {
    if (this.#undo !== undefined) return work()
    const undo: (() => void)[] = []
    this.#undo = undo
    try {
      return work()
    } catch (error) {
      for (const step of undo.reverse()) step()
      throw error
    } finally {
      this.#undo = undefined
    }
  }

  /** All rows of a type by id, retired ones too. Do not change the list. */
  rows(type: string): readonly Row[] {
    return this.#tables.get(type)?.rows ?? []
  }

  /** The rows of a type whose id is greater than `id`. */
  rowsAfter(type: string, id: number): readonly Row[] {
    const rows = this.rows(type)
    return rows.slice(firstAfter(rows, id))
  }

  /** The entity, retired or not. */
  find(type: string, id: number): Row | undefined {
    return this.#tables.get(type)?.byId.get(id)
  }

  /** The entity a link points at, unless it is retired. */
  findActive(ref: EntityRef): Row | undefined {
    const row = this.find(ref.type, ref.id)
    return row === undefined || row.retired ? undefined : row
  }

  /** Adds an entity, with the next id or with a given one. Throws a `RangeError` when that id is taken. */
  insert(type: string, givenId?: number): Row {
    const table = this.#table(type)
    const id = givenId ?? table.lastId + 1
    if (table.byId.has(id)) throw new RangeError(`There is already a ${type} with id ${id}`)
    const row: Row = { type, id, values: {}, retired: false, retiredWith: null }
    const before = table.lastId
    table.byId.set(id, row)
    if (id > before) table.rows.push(row)
    else table.rows.splice(firstAfter(table.rows, id), 0, row)
    table.lastId = Math.max(before, id)
    this.#undo?.push(() => {
      table.byId.delete(id)
      if (table.rows.at(-1) === row) table.rows.pop()
      else table.rows = table.rows.filter((one) => one !== row)
      table.lastId = before
    })
    return row
  }

  setValue(row: Row, field: string, value: Json): void {
    const before = row.values[field]
    row.values[field] = value
    this.#undo?.push(() => {
      if (before === undefined) delete row.values[field]
      else row.values[field] = before
    })
  }

  /** Adds one item to a list field, without copying the list each time. */
  append(row: Row, field: string, item: Json): void {
    const list = row.values[field] ?? []
    if (!isList(list)) throw new TypeError(`${row.type}.${field} holds no list`)
    const growing = this.#growing.get(list)
    if (growing !== undefined) {
      growing.push(item)
      this.#undo?.push(() => growing.pop())
      return
    }
    const copy = [...list, item]
    this.#growing.set(copy, copy)
    this.setValue(row, field, copy)
  }

  setRetired(row: Row, retired: boolean, retiredWith: EntityRef | null): void {
    const before = { retired: row.retired, retiredWith: row.retiredWith }
    row.retired = retired
    row.retiredWith = retiredWith
    this.#undo?.push(() => Object.assign(row, before))
  }

  #table(type: string): Table {
    let table = this.#tables.get(type)
    if (table === undefined) {
      table = { rows: [], byId: new Map(), lastId: 0 }
      this.#tables.set(type, table)
    }
    return table
  }
}

/** The index of the first row whose id is greater than `id`. */
function firstAfter(rows: readonly Row[], id: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rows[middle]?.id ?? Number.POSITIVE_INFINITY) > id) high = middle
    else low = middle + 1
  }
  return low
}
