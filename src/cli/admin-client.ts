import { Client } from 'undici'
import { AppError, type ErrorCode, errorTable } from '../errors.ts'
import { readServerFile } from './server-file.ts'

/** A new version of the handlers may take a while to load. */
const TIMEOUT_MS = 120_000

/**
 * Ask the running server that uses this data folder.
 *
 * @throws {AppError} `SERVER_UNREACHABLE`, or what the server answers
 */
export async function askServer(
  dataDir: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<unknown> {
  const answer = await tryServer(dataDir, method, path, body)
  if (answer !== undefined) return answer.body
  throw new AppError('SERVER_UNREACHABLE', `No server runs on the data folder ${dataDir}.`)
}

/** The same for commands that can do without: undefined when no server runs. */
export async function tryServer(
  dataDir: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<{ body: unknown } | undefined> {
  const socketPath = readServerFile(dataDir)?.admin
  if (socketPath === undefined) return undefined
  const client = new Client('http://amiable', { connect: { socketPath }, headersTimeout: TIMEOUT_MS })
  try {
    const response = await client.request({
      method,
      path,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    })
    const answer: unknown = await response.body.json()
    if (response.statusCode >= 400) throw refusalOf(answer)
    return { body: answer }
  } catch (error) {
    if (error instanceof AppError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined // it was killed
    throw new AppError(
      'SERVER_UNREACHABLE',
      `The server on the data folder ${dataDir} did not answer: ${String(error)}.`,
      {
        cause: error,
      },
    )
  } finally {
    await client.close().catch(() => {})
  }
}

function refusalOf(answer: unknown): AppError {
  const { code, message } = answer as { code?: string; message?: string }
  return new AppError(code !== undefined && code in errorTable ? (code as ErrorCode) : 'INTERNAL', String(message))
}
