import { Fault } from '../fault.ts'
import type { Json } from '../json.ts'
import { compilePresenter } from '../query/present.ts'
import type { EntityTypeSchema } from '../schema/types.ts'
import type { Actor, Entity, SandboxSite, UpdateParams } from '../site.ts'
import { storeUrl } from '../store/attachments.ts'
import { changeField } from '../store/change.ts'
import { isMultiLinkField, refKey, refsIn } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { type WriteContext, writeContext } from '../store/write-context.ts'
import { updateFailed } from '../values/faults.ts'
import { type ParsedWrite, parseFieldWrites } from './field-writes.ts'
import { entityTypeParam, idParam } from './params.ts'
import { withNames } from './person-name.ts'
import { refuseDuplicates } from './unique.ts'

/** The same as `UpdateParams`, before anything was checked. */
export type UncheckedUpdateParams = { readonly [key in keyof UpdateParams]?: unknown } & {
  readonly multi_entity_update_mode?: unknown
}

/** Changes one entity and answers it with the changed fields. Throws a `Fault`; then nothing has changed. */
export function updateEntity(site: SandboxSite, actor: Actor, params: UpdateParams | UncheckedUpdateParams): Entity {
  const entityType = entityTypeParam(site, 'update', params)
  const { name: type } = entityType
  const id = idParam('update', params)
  if (type === 'EventLogEntry') throw new Fault(104, 'API update() CRUD ERROR #5: EventLogEntry can not be updated.')
  const row = site.store.findActive({ type, id })
  if (row === undefined) {
    throw new Fault(104, `API update() CRUD ERROR #3: Entity of type [${type}] with id=${id} does not exist.`)
  }
  const context = writeContext(site, actor)
  const mode = 'multi_entity_update_mode' in params ? params.multi_entity_update_mode : undefined
  const writes = parseFieldWrites(context, 'update', entityType, params.fields, mode)
  site.store.transact(() => updateRow(context, entityType, row, writes))
  return compilePresenter(
    site,
    actor,
    type,
    writes.map(({ field }) => field.name),
  )(row)
}

/** Writes values that are checked already. */
export function updateRow(
  context: WriteContext,
  entityType: EntityTypeSchema,
  row: Row,
  writes: readonly ParsedWrite[],
): void {
  const { site, actor } = context
  const values = valuesOf(entityType, row, writes)
  refuseDuplicates(site, entityType, values, row)
  let changed = false
  for (const [name, value] of values) {
    const field = entityType.fields.get(name)
    if (field === undefined) continue
    if (name === entityType.identity && value === null && row.type !== 'Note') {
      throw updateFailed(row.type, name, 'Cannot set identifier field to empty.')
    }
    const stored = field.dataType === 'url' ? storeUrl(context, row, field, value) : value
    if (changeField(context, row, field, stored)) changed = true
  }
  if (!changed) return
  const stamps: [string, Json][] = [
    ['updated_at', context.at],
    ['updated_by', { type: actor.user.type, id: actor.user.id }],
  ]
  for (const [name, value] of stamps) if (entityType.fields.has(name)) site.store.setValue(row, name, value)
}

/** The values that fields will have, update modes and what follows by itself included. */
function valuesOf(entityType: EntityTypeSchema, row: Row, writes: readonly ParsedWrite[]): ReadonlyMap<string, Json> {
  const written = new Map<string, Json>()
  for (const { field, value, mode } of writes) {
    const current = written.get(field.name) ?? row.values[field.name]
    written.set(field.name, isMultiLinkField(field) && mode !== 'set' ? merge(current, value, mode) : value)
  }
  if (written.get('image') === null && entityType.fields.has('filmstrip_image')) written.set('filmstrip_image', null)
  return withNames(entityType.name, written, { firstname: row.values.firstname, lastname: row.values.lastname })
}

function merge(current: Json | undefined, value: Json, mode: 'add' | 'remove'): Json {
  const links = new Map(refsIn(current).map((ref) => [refKey(ref), ref]))
  for (const ref of refsIn(value)) {
    if (mode === 'remove') links.delete(refKey(ref))
    else if (!links.has(refKey(ref))) links.set(refKey(ref), ref)
  }
  return [...links.values()]
}
