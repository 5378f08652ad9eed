import type { Json } from '../json.ts'
import { compilePresenter } from '../query/present.ts'
import type { EntityTypeSchema } from '../schema/types.ts'
import type { Actor, CreateParams, Entity, SandboxSite } from '../site.ts'
import { storeUrl } from '../store/attachments.ts'
import { changeField } from '../store/change.ts'
import { logChange, logNew } from '../store/events.ts'
import type { Row } from '../store/store.ts'
import { type WriteContext, writeContext } from '../store/write-context.ts'
import { createFailed } from '../values/faults.ts'
import { inspect } from '../values/inspect.ts'
import { type ParsedWrite, parseFieldWrites } from './field-writes.ts'
import { entityTypeParam, malformed, stringsParam } from './params.ts'
import { withNames } from './person-name.ts'
import { refuseDuplicates } from './unique.ts'

/** The same as `CreateParams`, before anything was checked. */
export type UncheckedCreateParams = { readonly [key in keyof CreateParams]?: unknown }

/** Creates one entity and answers it with the fields that were set and those asked for. Throws a `Fault`. */
export function createEntity(site: SandboxSite, actor: Actor, params: CreateParams | UncheckedCreateParams): Entity {
  const entityType = entityTypeParam(site, 'create', params)
  const returnFields = stringsParam('create', 'return_fields', params.return_fields)
  const context = writeContext(site, actor)
  const writes = parseFieldWrites(context, 'create', entityType, params.fields, undefined)
  const isSet = (name: string) => writes.some(({ field, value }) => field.name === name && value !== null)
  if (entityType.projectScoped && !isSet('project')) {
    throw malformed('create', `missing 'project' attribute: ${inspect(params)}`)
  }
  const row = site.store.transact(() => createRow(context, entityType, writes))
  const names = writes.map(({ field }) => field.name)
  return compilePresenter(site, actor, entityType.name, [...names, ...returnFields])(row)
}

/** Stores one entity whose values are checked already, with all that the site adds by itself. */
export function createRow(
  context: WriteContext,
  entityType: EntityTypeSchema,
  writes: readonly ParsedWrite[],
  givenId?: number,
): Row {
  const { site } = context
  const { name, identity } = entityType
  const values = withNames(name, new Map(writes.map(({ field, value }) => [field.name, value])))
  if (identity !== null && values.get(identity) === null && !context.asSite && name !== 'Note') {
    throw createFailed(name, 'Cannot set identifier field to empty.')
  }
  refuseDuplicates(site, entityType, values, undefined)
  const row = site.store.insert(name, givenId)
  const all = withDefaults(context, entityType, values, row.id)
  for (const [field, value] of stamps(context, entityType, all)) site.store.setValue(row, field, value)
  const early = ['project', ...(identity === null ? [] : [identity])]
  for (const field of early) site.store.setValue(row, field, all.get(field) ?? null) // so that every event can tell them
  logNew(context, row)
  for (const field of entityType.fields.values()) {
    const value = all.get(field.name)
    if (value === undefined || stampNames.has(field.name)) continue
    if (early.includes(field.name)) {
      if (value !== null) logChange(context, row, field, [null, value], { inCreate: true })
      continue
    }
    const stored = field.dataType === 'url' ? storeUrl(context, row, field, value) : value
    changeField(context, row, field, stored, { inCreate: true })
  }
  return row
}

const stampNames: ReadonlySet<string> = new Set(['id', 'created_at', 'created_by', 'updated_at', 'updated_by'])

/** Who made it when; events are not logged for these. */
function stamps(context: WriteContext, { fields }: EntityTypeSchema, values: ReadonlyMap<string, Json>) {
  const { user } = context.actor
  const at = values.get('created_at') ?? context.at
  const by = values.get('created_by') ?? { type: user.type, id: user.id }
  const all: [string, Json][] = [
    ['created_at', at],
    ['created_by', by],
    ['updated_at', values.get('updated_at') ?? at],
    ['updated_by', values.get('updated_by') ?? by],
  ]
  return all.filter(([name]) => fields.has(name))
}

/** What a new entity gets where nothing was said. */
function withDefaults(
  { actor, asSite }: WriteContext,
  entityType: EntityTypeSchema,
  values: ReadonlyMap<string, Json>,
  id: number,
): ReadonlyMap<string, Json> {
  const all = new Map(values)
  const user = { type: actor.user.type, id: actor.user.id }
  const author = { Version: 'user', Note: 'user', Reply: 'user', EventLogEntry: 'user' }[entityType.name]
  if (author !== undefined && !all.has(author)) all.set(author, user)
  for (const field of entityType.fields.values()) {
    if (field.defaultValue !== null && field.defaultValue !== false && !all.has(field.name)) {
      all.set(field.name, field.defaultValue)
    }
  }
  if (entityType.name === 'EventLogEntry') {
    if (!all.get('description')) all.set('description', 'New Event')
    all.set('session_uuid', actor.sessionUuid)
  }
  const { identity } = entityType
  const nameless = identity === null || all.has(identity) || ['Note', 'Reply', 'Attachment'].includes(entityType.name)
  if (!nameless && !asSite) all.set(identity, `New ${entityType.displayName} ${id}`)
  return all
}
