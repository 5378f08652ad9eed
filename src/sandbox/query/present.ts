import { isObject, type Json } from '../json.ts'
import type { FieldSchema } from '../schema/types.ts'
import type { Actor, Entity, SandboxSite } from '../site.ts'
import { isMultiLinkField, isRef, linkTo, refsIn } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { fieldReader } from '../store/stored.ts'
import { lastAccessOf } from '../store/visits.ts'
import { presentUrl } from '../values/url.ts'
import { findPath, type Path } from './path.ts'
import { thumbnailPath } from './picture.ts'
import { rowAt } from './walk.ts'

export type Presenter = (row: Row) => Entity

/** A function that shows rows of a type as entities with these fields; names that mean nothing are passed over. */
export function compilePresenter(
  site: SandboxSite,
  actor: Actor,
  type: string,
  returnFields: readonly string[],
): Presenter {
  const paths = [...new Set(returnFields)]
    .map((text) => findPath(site.schema, type, text))
    .filter((path): path is Path => typeof path !== 'string' && !path.throughMany)
  const columns = paths.map((path) => ({ path, present: fieldPresenter(site, actor, path.leaf) }))
  return (row) => {
    const entity: Entity = { type: row.type, id: row.id }
    for (const { path, present } of columns) {
      const target = path.hops.length === 0 ? row : rowAt(site, path, row)
      entity[path.text] = target === undefined ? null : present(target)
    }
    return entity
  }
}

/** A function that shows one field of a row as the API answers it. */
export function fieldPresenter(site: SandboxSite, actor: Actor, field: FieldSchema): (row: Row) => Json {
  if (field.name === 'last_accessed_by_current_user') return (row) => lastAccessOf(row, actor.user)
  const read = fieldReader(site, field)
  if (field.dataType === 'password') return () => '*******'
  if (field.dataType === 'entity') {
    return (row) => {
      const value = read(row)
      return isRef(value) ? (linkTo(site, value) ?? null) : null
    }
  }
  if (isMultiLinkField(field)) {
    const sorted = field.name === 'versions'
    return (row) => {
      const links = refsIn(read(row))
        .map((ref) => linkTo(site, ref))
        .filter((link) => link !== undefined)
      return sorted ? links.sort((a, b) => compareText(a.name ?? '', b.name ?? '')) : links
    }
  }
  if (field.dataType === 'image') {
    return (row) => {
      const picture = read(row)
      return typeof picture === 'string' ? actor.baseUrl + thumbnailPath(row, picture) : null
    }
  }
  if (field.dataType === 'url') return (row) => withUploadUrl(actor, presentUrl(site, read(row)))
  return read
}

/** An uploaded file is fetched from the site itself. */
function withUploadUrl(actor: Actor, value: Json): Json {
  if (!isObject(value) || value.link_type !== 'upload') return value
  return { ...value, url: `${actor.baseUrl}/file_serve/attachment/${value.id}` }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
