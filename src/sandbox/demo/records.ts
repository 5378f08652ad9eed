import type { Json } from '../json.ts'
import type { EntityRef } from '../refs.ts'
import type { LoadRecord } from '../seed/load.ts'

/** Where the ids of the demo begin: away from 1 as on a real site, but for Versions, which are typed by hand most. */
const firstIds: Readonly<Record<string, number>> = {
  Asset: 1220,
  Attachment: 500,
  Group: 3,
  Note: 880,
  Page: 1353,
  Playlist: 41,
  Project: 70,
  PublishedFile: 3100,
  Sequence: 23,
  Shot: 862,
  Tag: 15,
  Task: 5700,
  Version: 1,
}

export type Records = {
  readonly all: readonly LoadRecord[]
  /** Adds a record under the next id of its type. */
  add(type: string, values: Values): EntityRef
  /** Adds a record under a certain id. */
  addAt(type: string, id: number, values: Values): EntityRef
  /** Sets one more field of a record that was added before. */
  link(ref: EntityRef, field: string, value: Json): void
}

type Values = Readonly<Record<string, Json>>

/** Collects records and tells beforehand which id each will have. */
export function collectRecords(): Records {
  const byKey = new Map<string, LoadRecord>()
  const all: LoadRecord[] = []
  const nextIds = new Map<string, number>()
  const addAt = (type: string, id: number, values: Values): EntityRef => {
    const record = { type, id, values: { ...values }, path: `the demo's ${type} ${id}` }
    all.push(record)
    byKey.set(`${type}/${id}`, record)
    return { type, id }
  }
  return {
    all,
    addAt,
    add(type, values) {
      const id = nextIds.get(type) ?? firstIds[type] ?? 1
      nextIds.set(type, id + 1)
      return addAt(type, id, values)
    },
    link({ type, id }, field, value) {
      const record = byKey.get(`${type}/${id}`)
      if (record === undefined) throw new Error(`the demo has no ${type} ${id}`)
      Object.assign(record.values, { [field]: value })
    },
  }
}
