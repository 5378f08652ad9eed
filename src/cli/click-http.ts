import { request } from 'undici'
import { AppError, type ErrorCode, errorTable } from '../errors.ts'
import type { FormState } from '../server/form-view.ts'
import type { RunState } from '../server/run-state.ts'

const WAIT_MS = 20_000

/** @throws {AppError} `SERVER_UNREACHABLE` */
export async function expectServer(server: string): Promise<void> {
  const response = await call(`${server}/health/live`)
  await response.body.dump()
}

/** Send the click. @returns the address of the run, or of the form that is asked first */
export async function postClick(server: string, handler: string, form: URLSearchParams): Promise<string> {
  return post(`${server}/ami/${encodeURIComponent(handler)}`, form)
}

/** Whether an address that a click led to is a form's. */
export function isForm(address: string): boolean {
  return new URL(address).pathname.startsWith('/f/')
}

export async function readForm(address: string): Promise<FormState> {
  const response = await call(address, { headers: { accept: 'application/json' } })
  if (response.statusCode !== 200) throw await refusalOf(response)
  return (await response.body.json()) as FormState
}

/** Send a form. @param params  name and text, names several times where several are chosen. @returns the address of the run */
export async function sendForm(
  address: string,
  { nonce, revision }: FormState,
  params: readonly (readonly [name: string, text: string])[],
): Promise<string> {
  const pairs = params.map(([name, text]): [string, string] => [`param.${name}`, text])
  return post(address, new URLSearchParams([['nonce', nonce], ['revision', revision], ...pairs]))
}

async function post(url: string, form: URLSearchParams): Promise<string> {
  const response = await call(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
  })
  const { location } = response.headers
  if (response.statusCode !== 303 || typeof location !== 'string') throw await refusalOf(response)
  await response.body.dump()
  return new URL(location, url).href
}

/** Wait until the run is settled, however long it takes; say how far it is. */
export async function followRun(run: string, say: (line: string) => void): Promise<RunState> {
  for (;;) {
    const response = await call(`${run}/state?wait=${WAIT_MS}`, { headers: { accept: 'application/json' } })
    if (response.statusCode !== 200) throw await refusalOf(response)
    const state = (await response.body.json()) as RunState
    if (state.status !== 'queued' && state.status !== 'running') return state
    const { progress } = state
    say(`${state.statusText}${progress ? ` ${progress.done}/${progress.total || '?'} ${progress.text ?? ''}` : ''}\n`)
  }
}

export async function fetchResult(run: string, url: string): Promise<Buffer> {
  const response = await call(new URL(url, run).href, { headers: { accept: '*/*' } })
  if (response.statusCode !== 200) throw await refusalOf(response)
  return Buffer.from(await response.body.arrayBuffer())
}

type Answer = Awaited<ReturnType<typeof request>>

async function call(url: string, options: Parameters<typeof request>[1] = {}): Promise<Answer> {
  try {
    return await request(url, { headersTimeout: WAIT_MS + 30_000, bodyTimeout: 300_000, ...options })
  } catch (error) {
    const { origin } = new URL(url)
    const why = certificateProblem(error)
    throw why === undefined
      ? new AppError('SERVER_UNREACHABLE', `No server answers at ${origin}.`, { cause: error })
      : new AppError(
          'CERTIFICATE_UNTRUSTED',
          `The server at ${origin} shows a certificate that is not trusted on this machine (${why}).`,
          { cause: error },
        )
  }
}

/** OpenSSL's words for a certificate that was refused, if that is what happened. */
function certificateProblem(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /CERT|SIGNATURE|ISSUER/.test(code) ? code : undefined
}

async function refusalOf(response: Answer): Promise<AppError> {
  const text = await response.body.text()
  try {
    const { code, message } = JSON.parse(text) as { code: ErrorCode; message: string }
    if (code in errorTable) return new AppError(code, message)
  } catch {
    // not from us
  }
  return new AppError('SERVER_UNREACHABLE', `What answers there is not Amiable: it says ${response.statusCode}.`)
}
