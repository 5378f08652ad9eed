import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildSandbox } from '../../src/sandbox/app.ts'
import type { JsonObject } from '../../src/sandbox/json.ts'
import { parseSeed } from '../../src/sandbox/seed/seed-file.ts'
import { seededSite } from '../../src/sandbox/serve.ts'
import type { Entity, SandboxSite } from '../../src/sandbox/site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'

export interface FileSite extends AsyncDisposable {
  readonly url: string
  readonly app: FastifyInstance
  readonly site: SandboxSite
  /** The values of one entity, as the script reads them. */
  read(type: string, id: number, fields: readonly string[]): Promise<Entity>
  /** Types and meta of event log entries, oldest first, those of the seed left out. */
  events(): { readonly type: string; readonly attribute: unknown; readonly meta: JsonObject }[]
  /** Makes the pictures that wait to be made. */
  makePictures(): Promise<void>
  /** How many files the site keeps on disk. */
  countFiles(): Promise<number>
}

/** Answers of `info` that send every upload straight to the storage. */
export const direct = { s3_direct_uploads_enabled: true, s3_enabled_upload_types: { '*': ['*'] } } as const

/** A sandbox site with the small show on a port of its own. Uploaded pictures wait until `makePictures`. */
export async function startFileSite({
  info = {},
  maxFileBytes,
}: {
  info?: JsonObject
  maxFileBytes?: number
} = {}): Promise<FileSite> {
  const folder = await mkdtemp(join(tmpdir(), 'site-files-'))
  const work: (() => Promise<void>)[] = []
  const runLater = (one: () => Promise<void>) => void work.push(one)
  const files = maxFileBytes === undefined ? { folder, runLater } : { folder, runLater, maxFileBytes }
  const site = seededSite({ empty: true, seed: parseSeed(smallShow), info, files })
  const seeded = site.store.rows('EventLogEntry').at(-1)?.id ?? 0
  const app = await buildSandbox({ site })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    app,
    site,
    async read(type, id, fields) {
      const filters = { logical_operator: 'and', conditions: [{ path: 'id', relation: 'is', values: [id] }] }
      const argument = { type, filters, return_fields: fields }
      const auth = { script_name: 'amiable', script_key: 'sandbox-script-key' }
      const payload = { method_name: 'read', params: [auth, argument] }
      const answer = await fetch(`${url}/api3/json`, { method: 'POST', body: JSON.stringify(payload) })
      const { results } = (await answer.json()) as { results: { entities: Entity[] } }
      const [entity] = results.entities
      if (entity === undefined) throw new Error(`there is no ${type} ${id}`)
      return entity
    },
    events: () =>
      site.store.rowsAfter('EventLogEntry', seeded).map(({ values }) => ({
        type: String(values.event_type),
        attribute: values.attribute_name,
        meta: values.meta as JsonObject,
      })),
    async makePictures() {
      for (const one of work.splice(0)) await one()
    },
    async countFiles() {
      const [own] = await readdir(folder)
      return own === undefined ? 0 : (await readdir(join(folder, own))).length
    },
    async [Symbol.asyncDispose]() {
      await app.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
