import { Fault } from '../fault.ts'
import type { Json } from '../json.ts'
import type { DataType } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import { displayNameOf } from '../store/display-name.ts'
import { isRef } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { fieldReader } from '../store/stored.ts'
import { findPath, type Path } from './path.ts'
import { rowAt } from './walk.ts'

export type Sort = { readonly field_name: string; readonly direction: 'asc' | 'desc' }

const unsortable: ReadonlySet<DataType> = new Set([
  'multi_entity',
  'addressing',
  'serializable',
  'jsonb',
  'url',
  'image',
  'password',
  'summary',
  'pivot_column',
  'tag_list',
])

type Key = string | number | null
type Keyed = { readonly row: Row; readonly keys: readonly Key[] }

/**
 * The rows in the order asked for, most significant sort first, then by id. Text ignores case, links go by name,
 * empty values come last (first under `desc`). Fields that are unknown or cannot be sorted by are passed over.
 */
export function sortRows(
  site: SandboxSite,
  type: string,
  rows: readonly Row[],
  sorts: readonly Sort[],
): readonly Row[] {
  const used = sorts.flatMap(({ field_name: text, direction }) => {
    const path = findPath(site.schema, type, text)
    if (typeof path === 'string' || path.throughMany || path.leaf.secret) return []
    if (path.leaf.dataType === 'uuid') {
      throw new Fault(103, `API read() ${path.owner}.${path.leaf.name}'s 'uuid' data type cannot be sorted by.`)
    }
    return unsortable.has(path.leaf.dataType)
      ? []
      : [{ sign: direction === 'desc' ? -1 : 1, key: keyReader(site, path) }]
  })
  if (used.length === 0) return rows
  const keyed: Keyed[] = rows.map((row) => ({ row, keys: used.map(({ key }) => key(row)) }))
  const signs = used.map(({ sign }) => sign)
  return keyed.sort((a, b) => compareKeyed(a, b, signs)).map(({ row }) => row)
}

function compareKeyed(a: Keyed, b: Keyed, signs: readonly number[]): number {
  for (const [index, sign] of signs.entries()) {
    const order = compareKeys(a.keys[index] ?? null, b.keys[index] ?? null)
    if (order !== 0) return order * sign
  }
  return a.row.id - b.row.id
}

function compareKeys(a: Key, b: Key): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b ? -1 : 1
}

function keyReader(site: SandboxSite, path: Path): (row: Row) => Key {
  const read = fieldReader(site, path.leaf)
  return (row) => {
    const target = rowAt(site, path, row)
    return target === undefined ? null : toKey(site, read(target))
  }
}

function toKey(site: SandboxSite, value: Json): Key {
  if (typeof value === 'string') return value.toLowerCase()
  if (typeof value === 'boolean') return value ? 1 : 0
  if (!isRef(value)) return typeof value === 'number' ? value : null
  const row = site.store.findActive(value)
  return row === undefined ? null : (displayNameOf(site.schema, row)?.toLowerCase() ?? null)
}
