import { defineHandler, type EntityRef, type FormContext, type HandlerContext, message } from 'amiable'
import { z } from 'zod'

const FIELD = 'sg_status_list'

/** Sets one status on everything that is selected, and tells what was and what is. */
export default defineHandler({
  title: 'Set status…',
  description: 'Sets one status on everything that is selected.',
  entityTypes: ['Version', 'Shot', 'Asset', 'Task'],
  selection: { min: 1, max: 1000 },
  menu: { folder: 'Review', order: 40 },
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
    const { params, site, progress, selection, log } = context
    const [statuses, entities] = await Promise.all([readStatuses(context), readEntities(context)])
    if (!statuses.has(params.status)) throw new Error(`The site has no status “${params.status}” here any more.`)
    const next = nameOf(params.status, statuses)
    let changed = 0
    for (const [at, { ref, status }] of entities.entries()) {
      const before = nameOf(status, statuses)
      if (status === params.status) {
        progress.item(ref, 'skipped', `It is ${next} already.`)
      } else {
        try {
          await site.update(ref, { [FIELD]: params.status })
          progress.item(ref, 'done', `${before} → ${next}`)
          changed += 1
        } catch (error) {
          context.signal.throwIfAborted()
          log.warn({ err: error, id: ref.id }, 'the status was not set')
          progress.item(ref, 'failed', error instanceof Error ? error.message : String(error))
        }
      }
      progress(at + 1, entities.length, ref.name)
    }
    for (const id of goneFrom(selection.ids, entities)) {
      progress.item({ type: context.entityType, id }, 'failed', 'It is no longer on the site.')
    }
    return message(sentence(changed, selection.ids.length, next))
  },
})

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
