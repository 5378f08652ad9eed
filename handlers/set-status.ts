import { defineHandler, type EntityRef, type FormContext, type HandlerContext, message } from 'amiable'
import { z } from 'zod'

const FIELD = 'sg_status_list'
/** The site sets so many together, or none of them. */
const PER_CALL = 50

/** Sets one status on everything that is selected, and tells what was and what is. */
export default defineHandler({
  title: 'Set status…',
  description: 'Sets one status on everything that is selected.',
  entityTypes: ['Version', 'Shot', 'Asset', 'Task'],
  selection: { min: 1, max: 1000 },
  menu: { folder: 'Review', order: 40 },
  timeoutMs: 600_000,
  params: z.object({ status: z.string().min(1).meta({ title: 'New status' }) }),

  async form(context) {
    const [statuses, entities] = await Promise.all([readStatuses(context), readEntities(context)])
    return {
      choices: { status: Array.from(statuses, ([value, label]) => ({ value, label })) },
      preview: {
        columns: [context.entityType, 'Status', 'New status'],
        rows: entities.map(({ ref, status }) => [ref.name, nameOf(status, statuses), null]),
        follows: { 'New status': 'status' },
      },
    }
  },

  async run(context) {
    const { params, selection, progress } = context
    const [statuses, entities] = await Promise.all([readStatuses(context), readEntities(context)])
    if (!statuses.has(params.status)) throw new Error(`The site has no status “${params.status}” here any more.`)
    const next = nameOf(params.status, statuses)
    const waiting = entities.filter(({ status }) => status !== params.status)
    for (const { ref, status } of entities)
      if (status === params.status) progress.item(ref, 'skipped', `It is ${next} already.`)
    for (const id of goneFrom(selection.ids, entities))
      progress.item({ type: context.entityType, id }, 'failed', 'It is no longer on the site.')

    let changed = 0
    const tell = ({ ref, status }: Entity, why?: string): void => {
      progress.item(ref, why === undefined ? 'done' : 'failed', why ?? `${nameOf(status, statuses)} → ${next}`)
      if (why === undefined) changed += 1
    }
    try {
      while (waiting.length > 0) {
        context.signal.throwIfAborted()
        const some = waiting.splice(0, PER_CALL)
        await setStatus(some, params.status, context, tell)
        progress(entities.length - waiting.length, entities.length, some.at(-1)?.ref.name)
      }
    } finally {
      for (const { ref } of waiting) progress.item(ref, 'skipped', 'It was not reached: the run was stopped before.')
    }
    return message(sentence(changed, selection.ids.length, next))
  },
})

/** All in one call; one by one where the site refuses that, to find out which it refuses. */
async function setStatus(
  entities: readonly Entity[],
  status: string,
  { site, signal, log }: HandlerContext,
  tell: (entity: Entity, why?: string) => void,
): Promise<void> {
  const left = [...entities]
  try {
    const updates = entities.map(({ ref: { type, id } }) => ({
      requestType: 'update' as const,
      entityType: type,
      entityId: id,
      data: { [FIELD]: status },
    }))
    const together = await site.batch(updates).catch((error: unknown) => {
      signal.throwIfAborted()
      log.warn({ err: error }, `${entities.length} at once were refused, one by one now`)
      return undefined
    })
    for (const entity of entities) {
      const why = together ? undefined : await setOne(entity)
      left.shift()
      tell(entity, why)
    }
  } finally {
    for (const entity of left) tell(entity, 'The run was stopped meanwhile: look on the site whether it is set.')
  }

  async function setOne({ ref }: Entity): Promise<string | undefined> {
    try {
      await site.update(ref, { [FIELD]: status })
      return undefined
    } catch (error) {
      signal.throwIfAborted()
      log.warn({ err: error, id: ref.id }, 'the status was not set')
      return error instanceof Error ? error.message : String(error)
    }
  }
}

interface Entity {
  readonly ref: Required<EntityRef>
  readonly status: string | undefined
}

/** The field that names an entity: Tasks differ. */
async function readEntities({ selection, entityType: type }: FormContext): Promise<Entity[]> {
  const nameField = type === 'Task' ? 'content' : 'code'
  const rows = await selection.load([nameField, FIELD])
  return rows.map((row) => {
    const name = typeof row[nameField] === 'string' ? row[nameField] : `${type} ${row.id}`
    return { ref: { type, id: row.id, name }, status: typeof row[FIELD] === 'string' ? row[FIELD] : undefined }
  })
}

/** Statuses that the site offers here, code to name, in its order. */
async function readStatuses({ site, entityType, project, signal }: FormContext): Promise<Map<string, string>> {
  const options = { signal, ...(project ? { project: { type: 'Project' as const, id: project.id } } : {}) }
  const schema = await site.schema.fields(entityType, FIELD, options)
  const properties = schema[FIELD]?.properties ?? {}
  const names = new Map(Object.entries(Object(properties.display_values?.value)))
  const hidden = new Set(textsOf(properties.hidden_values?.value))
  const codes = textsOf(properties.valid_values?.value).filter((code) => !hidden.has(code))
  return new Map(codes.map((code) => [code, String(names.get(code) ?? code)]))
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

function nameOf(status: string | undefined, statuses: ReadonlyMap<string, string>): string {
  return status === undefined ? 'No status' : (statuses.get(status) ?? status)
}

function goneFrom(ids: HandlerContext['selection']['ids'], entities: readonly Entity[]): number[] {
  const found = new Set(entities.map(({ ref }) => ref.id))
  return ids.filter((id) => !found.has(id))
}

function sentence(changed: number, selected: number, next: string): string {
  if (changed === selected) return changed === 1 ? `It is ${next} now.` : `All ${changed} are ${next} now.`
  return `${changed} of ${selected} changed to ${next}.`
}
