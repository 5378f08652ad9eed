import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { Entity, SandboxSite } from '../../src/sandbox/site.ts'
import { createSite, type Site } from '../../src/site/index.ts'
import { openSandbox, type TestSandbox } from '../sandbox/sandbox-site.ts'

export interface SiteCall {
  readonly method: string
  /** What it was asked for, as it travelled. */
  readonly argument: Record<string, unknown> | Record<string, unknown>[] | undefined
}

export interface WatchedSite extends AsyncDisposable {
  readonly url: string
  /** Calls so far, without those that only ask for the site's version. */
  readonly calls: SiteCall[]
  readonly sandbox: SandboxSite
  /** A client, signed in as the script user. */
  readonly client: Site
  read(type: string, fields: readonly string[]): Promise<Entity[]>
  create(type: string, values: Record<string, unknown>): Promise<Entity>
  update(type: string, id: number, values: Record<string, unknown>): Promise<Entity>
}

/** What becomes of a call: its answer, changed or not; `lost` takes the connection away before or after the work is done. */
export type Intercept = (call: SiteCall, answer: () => Promise<unknown>) => unknown

export const lost = Symbol('lost')

/** A real sandbox site over HTTP whose calls are seen, and can be answered otherwise. */
export async function startWatchedSite({
  seed,
  intercept = (_call, answer) => answer(),
}: {
  seed?: unknown
  intercept?: Intercept
} = {}): Promise<WatchedSite> {
  const sandbox: TestSandbox = await openSandbox(seed === undefined ? { empty: true } : { seed })
  const calls: SiteCall[] = []
  const server = createServer(async (request, response) => {
    const payload = await bodyOf(request)
    const { method_name: method, params } = JSON.parse(payload)
    const call: SiteCall = { method, argument: params?.[1] }
    if (method !== 'info') calls.push(call)
    const answer = await intercept(call, async () =>
      (await sandbox.app.inject({ method: 'POST', url: '/api3/json', payload: JSON.parse(payload) })).json(),
    )
    if (answer === lost) request.socket.destroy()
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `http://127.0.0.1:${address.port}`
  const client = createSite({
    url,
    auth: { scriptName: 'amiable', scriptKey: 'sandbox-script-key' },
    retry: { attempts: 1 },
  })
  const fieldsOf = (values: Record<string, unknown>) =>
    Object.entries(values).map(([field_name, value]) => ({ field_name, value }))
  return {
    url,
    calls,
    sandbox: sandbox.site,
    client,
    read: (type, fields) => sandbox.read(type, { return_fields: fields }),
    create: (type, values) => sandbox.results<Entity>('create', { type, fields: fieldsOf(values) }),
    update: (type, id, values) => sandbox.results<Entity>('update', { type, id, fields: fieldsOf(values) }),
    async [Symbol.asyncDispose]() {
      await client.close()
      server.closeAllConnections()
      server.close()
      await sandbox[Symbol.asyncDispose]()
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}
