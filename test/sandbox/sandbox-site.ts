import type { FastifyInstance } from 'fastify'
import { buildSandbox } from '../../src/sandbox/app.ts'
import type { Json } from '../../src/sandbox/json.ts'
import { accounts } from '../../src/sandbox/seed/essentials.ts'
import { parseSeed } from '../../src/sandbox/seed/seed-file.ts'
import { seededSite } from '../../src/sandbox/serve.ts'
import type { Entity, SandboxSite } from '../../src/sandbox/site.ts'

export const script = { script_name: accounts.script.name, script_key: accounts.script.key }
export const everything = { logical_operator: 'and', conditions: [] } as const

export type Answer = { results?: Json; exception?: boolean; message?: string; error_code?: number }

export type TestSandbox = AsyncDisposable & {
  app: FastifyInstance
  site: SandboxSite
  /** One call over HTTP, as the script unless told otherwise. */
  call(method: string, argument?: unknown, auth?: unknown): Promise<Answer>
  /** The results of a call that is expected to succeed. */
  results<T = Json>(method: string, argument?: unknown, auth?: unknown): Promise<T>
  /** The entities that a read answers. */
  read(type: string, options?: Record<string, unknown>): Promise<Entity[]>
}

/** The time at which every test site stands still: a Wednesday. */
export const now = new Date('2026-03-04T12:30:00Z')

/** A site over HTTP with the demo, or with only a seed. Its clock stands still unless given. */
export async function openSandbox({
  seed,
  empty = seed !== undefined,
  clock = () => now,
}: {
  seed?: unknown
  empty?: boolean
  clock?: () => Date
} = {}): Promise<TestSandbox> {
  const site = seededSite({ now: clock, empty, seed: parseSeed(seed ?? {}) })
  const app = await buildSandbox({ site })
  const call: TestSandbox['call'] = async (method, argument, auth = script) => {
    const params = argument === undefined ? [auth] : [auth, argument]
    const response = await app.inject({ method: 'POST', url: '/api3/json', payload: { method_name: method, params } })
    if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}: ${response.body}`)
    return response.json<Answer>()
  }
  const results = async <T = Json>(method: string, argument?: unknown, auth?: unknown): Promise<T> => {
    const answer = await call(method, argument, auth)
    if (answer.exception === true) throw new Error(answer.message)
    return answer.results as T
  }
  return {
    app,
    site,
    call,
    results,
    read: async (type, options = {}) =>
      (await results<{ entities: Entity[] }>('read', { type, filters: everything, ...options })).entities,
    [Symbol.asyncDispose]: () => app.close(),
  }
}

/** A filter of one condition. */
export function where(path: string, relation: string, ...values: unknown[]): unknown {
  return { logical_operator: 'and', conditions: [{ path, relation, values }] }
}

/** `fields` of a create or update. */
export function fieldsOf(values: Record<string, unknown>): { field_name: string; value: unknown }[] {
  return Object.entries(values).map(([field_name, value]) => ({ field_name, value }))
}

/** A project with a sequence, shots and people: the smallest show. */
export const smallShow = {
  entities: [
    { type: 'Project', id: 12, name: 'Kelp' },
    { type: 'Project', id: 13, name: 'Old Kelp', archived: true },
    { type: 'Sequence', id: 41, code: 'KP', project: { type: 'Project', id: 12 } },
    {
      type: 'Shot',
      id: 310,
      code: 'KP_010',
      project: { type: 'Project', id: 12 },
      sg_sequence: { type: 'Sequence', id: 41 },
      sg_status_list: 'ip',
      sg_cut_in: 1001,
      description: 'Étude of Light',
    },
    { type: 'Shot', id: 311, code: 'KP_020', project: { type: 'Project', name: 'Kelp' }, sg_cut_in: 0 },
    {
      type: 'Shot',
      id: 312,
      code: 'kp_030',
      project: { type: 'Project', id: 12 },
      sg_status_list: 'fin',
      sg_cut_in: -5,
    },
    { type: 'Shot', id: 320, code: 'OLD_010', project: { type: 'Project', id: 13 } },
    {
      type: 'Task',
      id: 900,
      content: 'Comp',
      project: { type: 'Project', id: 12 },
      entity: { type: 'Shot', code: 'KP_010' },
      step: { type: 'Step', code: 'Comp' },
      due_date: '2026-03-04',
      task_assignees: [{ type: 'HumanUser', login: 'artist' }],
    },
    { type: 'Task', id: 901, content: 'Layout', project: { type: 'Project', id: 12 }, due_date: '2026-03-10' },
    {
      type: 'Version',
      id: 700,
      code: 'KP_010_comp_v001',
      project: { type: 'Project', id: 12 },
      entity: { type: 'Shot', id: 310 },
      sg_task: { type: 'Task', id: 900 },
      image: 'generated',
    },
    {
      type: 'Version',
      id: 701,
      code: 'KP_020_comp_v001',
      project: { type: 'Project', id: 12 },
      entity: { type: 'Shot', id: 311 },
    },
    {
      type: 'Playlist',
      id: 51,
      code: 'Dailies',
      project: { type: 'Project', id: 12 },
      versions: [
        { type: 'Version', id: 701 },
        { type: 'Version', id: 700 },
      ],
    },
  ],
}
