import type { Json } from '../json.ts'
import type { EntityRef } from '../refs.ts'
import type { FieldSchema } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import { displayNameOf } from './display-name.ts'
import { isMultiLinkField, refsIn } from './links.ts'
import type { Row } from './store.ts'

/** A function that takes a field's stored value out of a row: null, `[]` or false when it was never set. */
export function fieldReader(site: SandboxSite, field: FieldSchema): (row: Row) => Json {
  const { name } = field
  if (field.secret) return () => null
  if (name === 'id') return (row) => row.id
  if (name === 'cached_display_name') return (row) => displayNameOf(site.schema, row)
  if (name === 'open_notes') return (row) => openNotes(site, row)
  if (name === 'open_notes_count') return (row) => openNotes(site, row).length
  const empty = emptyValue(field)
  return (row) => row.values[name] ?? empty
}

/** What a field reads as while nothing was written to it. */
export function emptyValue(field: FieldSchema): Json {
  if (field.dataType === 'checkbox') return false
  return isMultiLinkField(field) || field.dataType === 'tag_list' ? [] : null
}

function openNotes(site: SandboxSite, row: Row): EntityRef[] {
  return refsIn(row.values.notes).filter((ref) => {
    const note = site.store.findActive(ref)
    return note !== undefined && note.values.sg_status_list !== 'clsd'
  })
}
