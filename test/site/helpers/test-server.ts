import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { expect } from 'vitest'
import { createSite, type Site, type SiteOptions } from '../../../src/site/index.ts'

export type Received = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** The parsed body of an API call. */
  readonly body: { readonly method_name?: string; readonly params?: readonly unknown[] }
}
export type Respond = (received: Received, response: ServerResponse, index: number) => void

export const scriptKey = 'k-5f0c-"very/secret"'
export const auth = { scriptName: 'ingest', scriptKey }

/** A real HTTP server whose answers the test decides. `info` is answered as a site does unless `respond` says so. */
export async function startServer(respond: Respond, { infoToo = false, pageSize = 500 } = {}) {
  const received: Received[] = []
  const calls: Received[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const body = text === '' ? {} : JSON.parse(text)
      const one: Received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
      received.push(one)
      if (body.method_name === 'info' && !infoToo) {
        sendJson(response, { version: [8, 60, 1], full_version: [8, 60, 1, 0], api_max_entities_per_page: pageSize })
        return
      }
      calls.push(one)
      respond(one, response, calls.length)
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `http://127.0.0.1:${address.port}`
  return {
    url,
    /** Every request; `calls` leaves out those that the helper answered itself. */
    received,
    calls,
    sockets,
    open: (options: Partial<SiteOptions> = {}): Site =>
      createSite({ url, auth, retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 50 }, ...options }),
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function sendJson(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(value))
}

export function sendResults(response: ServerResponse, results: unknown): void {
  sendJson(response, { results })
}

export function sendFault(response: ServerResponse, message: string, error_code?: number): void {
  sendJson(response, { exception: true, message, error_code })
}

export function sendShots(response: ServerResponse, ids: readonly number[], hasNextPage = false): void {
  const entities = ids.map((id) => ({ type: 'Shot', id, code: `LH_${id}` }))
  sendResults(response, { entities, paging_info: { has_next_page: hasNextPage } })
}

/** The argument of a received call. */
export function argumentOf(received: Received | undefined): Record<string, unknown> {
  const argument = received?.body.params?.[1]
  if (typeof argument !== 'object' || argument === null) throw new Error('the call has no argument')
  return { ...argument }
}

/** What a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

/** A call that is malformed rejects with what is wrong, and sends nothing. */
export async function expectRefusal(call: (site: Site) => Promise<unknown>, message: string): Promise<void> {
  await using server = await startServer(() => {})
  await using site = server.open()
  expect(await failureOf(call(site))).toMatchObject({
    name: 'SiteUsageError',
    message: expect.stringContaining(message),
  })
  expect(server.received).toEqual([])
}
