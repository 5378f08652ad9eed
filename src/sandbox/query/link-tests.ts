import type { Json } from '../json.ts'
import type { SandboxSite } from '../site.ts'
import { displayNameOf } from '../store/display-name.ts'
import { refKey, refsIn } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { parseRef } from '../values/link.ts'
import { type Condition, one, some, type ValueTest } from './condition.ts'
import { wrongClass } from './operands.ts'

/** Relations on one link or on many; links to retired entities count as not there. */
export function compileLinkTest(condition: Condition): ValueTest {
  const { site, method, positive } = condition
  const isEmpty: ValueTest = (value) => !linked(site, value, () => true)
  if (positive === 'is' || positive === 'in' || positive === 'contains') {
    const values = positive === 'in' ? some(condition) : [one(condition)]
    const wanted = new Set(values.filter((value) => value !== null).map((value) => refKey(parseRef(method, value))))
    const orEmpty = values.includes(null)
    return (value) => linked(site, value, (row) => wanted.has(refKey(row))) || (orEmpty && isEmpty(value))
  }
  const text = one(condition)
  if (positive === 'type_is') {
    if (text === null) return isEmpty
    if (typeof text !== 'string') throw wrongClass(condition, ['String', 'NilClass'], text)
    return (value) => linked(site, value, (row) => row.type === text)
  }
  if (typeof text !== 'string') throw wrongClass(condition, ['String'], text)
  const matches = nameTest(positive, text.toLowerCase())
  return (value) => linked(site, value, (row) => matches((displayNameOf(site.schema, row) ?? '').toLowerCase()))
}

function nameTest(positive: string, wanted: string): (name: string) => boolean {
  if (positive === 'name_is') return (name) => name === wanted
  if (positive === 'name_starts_with') return (name) => name.startsWith(wanted)
  if (positive === 'name_ends_with') return (name) => name.endsWith(wanted)
  return (name) => name.includes(wanted)
}

/** Whether any active entity that the value links to passes. */
function linked(site: SandboxSite, value: Json, test: (row: Row) => boolean): boolean {
  return refsIn(value).some((ref) => {
    const row = site.store.findActive(ref)
    return row !== undefined && test(row)
  })
}
