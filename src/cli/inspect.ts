import { randomUUID } from 'node:crypto'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { url as debuggerUrl } from 'node:inspector'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { withChoices } from '../ami/ask.ts'
import { readPayload } from '../ami/click.ts'
import { decodeForm } from '../ami/form.ts'
import { AppError } from '../errors.ts'
import type { ExecutorEvent } from '../handlers/events.ts'
import { type LoadedHandler, loadFile } from '../handlers/executor/load.ts'
import { hookModules } from '../handlers/executor/module-hooks.ts'
import { type HandlerWork, performHere } from '../handlers/executor/perform-here.ts'
import { prepareForm } from '../handlers/executor/prepare.ts'
import { runHandler } from '../handlers/executor/run.ts'
import { kindOf, listFiles, nameOf } from '../handlers/handler-files.ts'
import type { Failure, Outcome } from '../handlers/outcome.ts'
import { coerceForm } from '../handlers/params/coerce.ts'
import { issueLines } from '../handlers/params/fields.ts'
import { buildEnvelope } from '../runs/envelope.ts'
import type { Settings } from '../settings.ts'
import { grantsOf } from './grants.ts'

/** Timers go no further: 24 days, which is no deadline to somebody who debugs. */
const NO_DEADLINE_MS = 2_147_483_647

/** Run a handler in this very process, so that breakpoints are met and nothing stops it while somebody looks. */
export async function inspectClick(
  handler: string,
  form: URLSearchParams,
  { param, out }: { param: readonly (readonly [string, string])[]; out?: string },
  settings: Settings,
): Promise<void> {
  if (debuggerUrl() === undefined) {
    process.stderr.write('No debugger is attached; docs/handlers.md has a configuration for VS Code.\n')
  }
  const loaded = await load(handler, settings)
  const { manifest } = loaded
  const pairs = decodeForm(Buffer.from(form.toString()))
  const context = readPayload(pairs, manifest, { ...settings, maxAgeMs: settings.maxClickAgeMs, siteHostnames: [] })
  const scratch = await mkdtemp(join(tmpdir(), 'amiable-inspect-'))
  const place = { scratch, timeoutMs: NO_DEADLINE_MS, timeZone: settings.timeZone, grants: grantsOf(settings) }
  const tools = {
    emit: (event: ExecutorEvent) => process.stderr.write(`${describe(event)}\n`),
    handlersDir: settings.handlersDir,
  }
  const perform = async <T extends { ok: true }>(work: HandlerWork<T | Failure>, params?: object): Promise<T> => {
    const run = { runId: randomUUID(), manifest, context, ...(params ? { params: { ...params } } : {}) }
    const answer = await performHere(work, loaded, buildEnvelope(run, place), tools)
    if (!answer.ok) throw new AppError(answer.code, answer.message)
    return answer
  }
  try {
    const texts = new Map<string, string[]>()
    for (const [name, text] of param) texts.set(name, [...(texts.get(name) ?? []), text])
    const { choices } = manifest.hasForm ? (await perform(prepareForm)).details : {}
    const fields = (manifest.params ?? []).map((field) => withChoices(field, choices?.[field.name]))
    const { input, issues } = coerceForm(fields, texts)
    if (issues.length === 0 && fields.length > 0) issues.push(...(await perform(prepareForm, input)).issues)
    if (issues.length > 0) throw new AppError('PARAMS_INVALID', issueLines(issues).join('\n'))
    const { outcome } = await perform(runHandler, input)
    process.stdout.write(`${await deliver(outcome, scratch, out)}\n`)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function load(handler: string, { handlersDir }: Settings): Promise<LoadedHandler> {
  hookModules()
  const isPath = /[\\/]|\.[cm]?[jt]s$/.test(handler)
  const file = isPath ? resolve(handler) : fileOf(handler, handlersDir)
  try {
    return await loadFile(file, nameOf(file.split(/[\\/]/).at(-1) ?? ''))
  } catch (cause) {
    throw new AppError('HANDLER_BROKEN', `${file}: ${String(cause instanceof Error ? cause.stack : cause)}`, { cause })
  }
}

function fileOf(name: string, folder: string): string {
  const file = listFiles(folder).find((one) => kindOf(one) === 'handler' && nameOf(one) === name)
  if (file) return join(folder, file)
  throw new AppError('HANDLER_NOT_FOUND', `There is no handler named "${name}" in ${folder}.`)
}

function describe(event: ExecutorEvent): string {
  switch (event.kind) {
    case 'log':
      return `${event.line.level.padEnd(5)} ${event.line.text}${event.line.fields ? ` ${JSON.stringify(event.line.fields)}` : ''}`
    case 'progress':
      return `      ${event.progress.done}/${event.progress.total || '?'} ${event.progress.text ?? ''}`
    case 'items':
      return event.items
        .map(({ type, id, name, status, why }) => `      ${status} ${name ?? `${type} ${id}`}${why ? `: ${why}` : ''}`)
        .join('\n')
    default:
      return ''
  }
}

async function deliver(outcome: Outcome, scratch: string, out: string | undefined): Promise<string> {
  switch (outcome.kind) {
    case 'file':
    case 'html': {
      const target = resolve(out ?? outcome.file.name)
      await copyFile(join(scratch, outcome.file.path), target)
      return target
    }
    case 'short-html':
      if (out === undefined) return outcome.html
      await writeFile(resolve(out), outcome.html)
      return resolve(out)
    case 'message':
      return outcome.text
    case 'redirect':
      return outcome.url
    case 'nothing':
      return 'Done.'
  }
}
