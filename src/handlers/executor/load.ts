import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { toError } from '../../errors.ts'
import { definitionKeys, type Handler, isHandler } from '../define.ts'
import { kindOf, nameOf, nameProblem } from '../handler-files.ts'
import { type LoadReport, Manifest } from '../manifest.ts'
import { describeParams } from '../params/describe.ts'
import { MIRROR, type VersionRecord } from '../version-record.ts'

export interface LoadRequest {
  /** Folder of the version. */
  readonly version: string
  /** Files that ended or blocked an executor while they were loaded, with what to say of them. */
  readonly skip: Readonly<Record<string, string>>
}

export interface Loaded {
  readonly report: LoadReport
  readonly handlers: ReadonlyMap<string, LoadedHandler>
}

export interface LoadedHandler {
  readonly handler: Handler
  readonly manifest: Manifest
}

/**
 * Import every handler of a version. One bad file spoils only itself.
 *
 * @param onFile  told before a file is imported, so that a file that never comes back can be named
 * @param takeStray  an error that nobody caught since it was last asked, such as a promise that a file left alone
 */
export async function loadHandlers(
  { top, folder }: VersionRecord,
  { version, skip }: LoadRequest,
  { onFile, takeStray }: { onFile: (file: string) => void; takeStray: () => Error | undefined },
): Promise<Loaded> {
  const report: LoadReport = { manifests: [], errors: [], ignored: [], outside: [] }
  const handlers = new Map<string, LoadedHandler>()
  for (const file of top) {
    if (kindOf(file) === 'ignored') {
      report.ignored.push(file)
      continue
    }
    const name = nameOf(file)
    const refused =
      skip[file] ??
      (handlers.has(name) ? `Two files define the handler "${name}". Rename one of them.` : nameProblem(name))
    if (refused !== undefined) {
      report.errors.push({ name, file, message: refused })
      continue
    }
    onFile(file)
    try {
      const loaded = await loadFile(join(folder, file), name)
      await new Promise((resolve) => setImmediate(resolve))
      const stray = takeStray()
      if (stray) throw stray
      handlers.set(name, loaded)
      report.manifests.push(loaded.manifest)
    } catch (thrown) {
      takeStray() // of this file too, not of the next
      const { message, stack } = describe(toError(thrown))
      // Syntax errors name the copy that was read.
      const original = (text: string): string => text.replaceAll(join(version, MIRROR), folder)
      report.errors.push({ name, file, message: original(message), ...(stack ? { detail: original(stack) } : {}) })
    }
  }
  return { report, handlers }
}

/** @throws {Error} why the file is no handler, in words for whoever wrote it */
export async function loadFile(path: string, name: string): Promise<LoadedHandler> {
  const module: { default?: unknown } = await import(pathToFileURL(path).href)
  return readHandler(module.default, { name, file: path })
}

/** @throws {Error} what is wrong with what a file exports */
export function readHandler(handler: unknown, { name, file }: { name: string; file: string }): LoadedHandler {
  if (!isHandler(handler)) {
    throw new Error('The default export is not from defineHandler(): write "export default defineHandler({ … })".')
  }
  if (typeof handler.run !== 'function') throw new Error('defineHandler() was given no run function.')
  const strange = Object.keys(handler).filter((key) => !definitionKeys.includes(key))
  if (strange.length > 0)
    throw new Error(`defineHandler() does not know ${strange.join(', ')}. It knows ${definitionKeys.join(', ')}.`)
  const parsed = Manifest.safeParse({
    ...handler,
    name,
    file,
    params: handler.params === undefined ? undefined : describeParams(handler.params),
    hasForm: handler.form !== undefined,
  })
  if (!parsed.success) throw new Error(`defineHandler() was given something wrong: ${z.prettifyError(parsed.error)}`)
  return { handler, manifest: parsed.data }
}

function describe(error: Error): { message: string; stack?: string } {
  const text = error.name === 'Error' ? error.message : `${error.name}: ${error.message}`
  // The stack of a syntax error begins with its place, such as /handlers/hello.ts:3.
  const place = error instanceof SyntaxError ? /^(?:file:\/\/)?(\/.+:\d+)$/m.exec(error.stack ?? '')?.[1] : undefined
  const lines = `${text}${place ? ` (${place})` : ''}`.split('\n').slice(0, 12)
  const message = lines.join('\n').slice(0, 2000) || 'It threw an error without a message.'
  return { message, ...(error.stack ? { stack: error.stack } : {}) }
}
