import type { EntityRef } from '../refs.ts'
import { logRetirement, logRevival } from './events.ts'
import { refOf, refsIn, sameRef } from './links.ts'
import type { Row } from './store.ts'
import type { WriteContext } from './write-context.ts'

/** What goes to the trash together with an entity: whatever these link fields of it hold. */
const cascades: ReadonlyMap<string, readonly string[]> = new Map([['Shot', ['sg_versions']]])

/** Retires an active entity, and with it what cannot be without it. */
export function retireRow(context: WriteContext, row: Row, retiredWith: EntityRef | null = null): void {
  context.site.store.setRetired(row, true, retiredWith)
  logRetirement(context, row)
  for (const dependent of dependents(context, row)) {
    if (!dependent.retired) retireRow(context, dependent, refOf(row))
  }
}

/** Revives a retired entity, and with it what was retired because of it. */
export function reviveRow(context: WriteContext, row: Row): void {
  context.site.store.setRetired(row, false, null)
  logRevival(context, row)
  for (const dependent of dependents(context, row)) {
    const because = dependent.retiredWith
    if (dependent.retired && because !== null && sameRef(because, row)) reviveRow(context, dependent)
  }
}

function dependents({ site }: WriteContext, row: Row): Row[] {
  return (cascades.get(row.type) ?? [])
    .flatMap((field) => refsIn(row.values[field]))
    .map((ref) => site.store.find(ref.type, ref.id))
    .filter((found) => found !== undefined)
}
