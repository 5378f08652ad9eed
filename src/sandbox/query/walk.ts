import type { Json } from '../json.ts'
import type { SandboxSite } from '../site.ts'
import { isRef } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import type { Path } from './path.ts'

/** The entity whose field a path ends in; undefined when a link on the way is empty, retired or of another type. */
export function rowAt(site: SandboxSite, path: Path, row: Row): Row | undefined {
  let at: Row | undefined = row
  for (const { field, type } of path.hops) {
    const link: Json | undefined = at.values[field.name]
    at = isRef(link) && link.type === type ? site.store.findActive(link) : undefined
    if (at === undefined) return undefined
  }
  return at
}
