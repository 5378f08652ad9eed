import { relative, resolve } from 'node:path'
import { Command } from 'commander'
import type { Manifest } from '../../handlers/manifest.ts'
import { type Runner, startRunner } from '../../handlers/runner/runner.ts'
import { grantProblem } from '../../runs/envelope.ts'
import { checkTypes, type TypeCheck, type TypeMistake } from '../check-types.ts'
import { findHandlersFolder } from '../handlers-folder.ts'
import { root } from '../root.ts'

interface Checked {
  readonly name: string
  readonly title: string
  readonly file: string
  readonly entityTypes: readonly string[] | null
  readonly mistakes: readonly string[]
  /** What is missing here, and may be there where the server runs. */
  readonly notes: readonly string[]
}

interface Outcome {
  readonly ok: boolean
  readonly folder: string
  readonly handlers: readonly Checked[]
  readonly errors: readonly { readonly file: string; readonly message: string }[]
  readonly ignored: readonly string[]
  readonly types: TypeCheck
}

export function check(): Command {
  return new Command('check')
    .description(
      'load every handler as the server does, and check types: for your own CI; needs no site and no settings',
    )
    .argument('[folder]', 'folder of the handlers; default: AMIABLE_HANDLERS, else ./handlers')
    .option('--no-types', 'without TypeScript')
    .option(
      '--json',
      'for programs: { ok, folder, handlers: [{ name, title, file, entityTypes, mistakes, notes }], errors: [{ file, message }], ignored, types }',
    )
    .action(async (given: string | undefined, { types, json }: { types: boolean; json?: boolean }) => {
      const outcome = await checkFolder(findHandlersFolder(given), types)
      process.stdout.write(json ? `${JSON.stringify(outcome, null, 2)}\n` : asText(outcome))
      if (!outcome.ok) process.exitCode = 1
    })
}

async function checkFolder(folder: string, withTypes: boolean): Promise<Outcome> {
  const [runner, types] = await Promise.all([
    startRunner({ handlersDir: folder, slots: 1 }),
    withTypes ? checkTypes(folder) : ({ checked: false, why: 'not asked for' } as const),
  ])
  const { handlers, errors, ignored } = await read(runner)
  const ok =
    errors.length === 0 &&
    handlers.every(({ mistakes }) => mistakes.length === 0) &&
    !(types.checked && types.mistakes.length > 0)
  return { ok, folder, handlers, errors, ignored, types }
}

async function read(runner: Runner): Promise<Pick<Outcome, 'handlers' | 'errors' | 'ignored'>> {
  await using _closing = { [Symbol.asyncDispose]: () => runner.close() }
  const { manifests, errors, ignored } = runner.registry
  const handlers = manifests.map((manifest) => ({
    name: manifest.name,
    title: manifest.title,
    file: manifest.file,
    entityTypes: manifest.entityTypes ?? null,
    mistakes: [...mistakesOf(manifest)],
    notes: [...notesOf(manifest)],
  }))
  return { handlers, errors: errors.map(({ file, message }) => ({ file, message })), ignored }
}

function* mistakesOf({ entityTypes = [], script, env = [] }: Manifest): Generator<string> {
  for (const type of entityTypes) {
    if (!/^[A-Z][A-Za-z0-9]*$/.test(type))
      yield `entityTypes has "${type}": expected the name as the API has it, such as "Version" or "CustomEntity01".`
  }
  const environment = Object.fromEntries(env.map((name) => [name, ''])) // as if all of it were set
  const problem = grantProblem({ script, env }, { scripts: {}, anyScript: true, environment })
  if (problem) yield problem
}

function* notesOf({ script, env = [] }: Manifest): Generator<string> {
  const missing = env.filter((name) => process.env[name] === undefined)
  if (missing.length > 0) yield `env has ${missing.join(', ')}: not set here, and needed where the server runs.`
  const suffix = script?.toUpperCase().replaceAll('-', '_')
  if (suffix !== undefined && process.env[`SHOTGRID_SCRIPT_NAME_${suffix}`] === undefined)
    yield `script is "${script}": SHOTGRID_SCRIPT_NAME_${suffix} and SHOTGRID_SCRIPT_KEY_${suffix} are not set here, and needed where the server runs.`
}

function asText({ folder, handlers, errors, types }: Outcome): string {
  const width = Math.max(0, ...handlers.map(({ name }) => name.length), ...errors.map(({ file }) => file.length))
  const indent = ' '.repeat(10)
  const under = (text: string): string => text.replace(/^/gm, indent)
  const lines = [
    ...handlers.flatMap(({ name, title, entityTypes, mistakes, notes }) => [
      `  ${mistakes.length > 0 ? 'WRONG ' : 'ok    '}  ${name.padEnd(width)}  ${title} · ${entityTypes?.join(', ') ?? 'every type'}`,
      ...mistakes.map(under),
      ...notes.map((note) => under(`note: ${note}`)),
    ]),
    ...errors.flatMap(({ file, message }) => [`  BROKEN  ${file}`, under(message)]),
    ...(handlers.length + errors.length === 0 ? ['  There are no handlers in it.'] : []),
  ]
  const count = errors.length + handlers.reduce((sum, { mistakes }) => sum + mistakes.length, 0)
  const wrong = count + (types.checked ? types.mistakes.length : 0)
  const all = handlers.length + errors.length
  const summary = `${all === 1 ? '1 handler' : `${all} handlers`}, ${wrong === 0 ? 'no mistakes' : wrong === 1 ? '1 mistake' : `${wrong} mistakes`}`
  return `${folder}\n\n${lines.join('\n')}\n\n${typesText(types, folder)}\n\n${summary}\n`
}

function typesText(types: TypeCheck, folder: string): string {
  if (!types.checked) return `Types not checked: ${types.why}`
  if (types.mistakes.length === 0) return `Types are right (${types.with})`
  const lines = types.mistakes.map((mistake) => `  ${placeOf(mistake)}${mistake.code} ${mistake.message}`)
  const inOurs = types.mistakes.some(({ file }) => file?.startsWith(resolve(root, 'src')) && !folder.startsWith(root))
  const hint = inOurs
    ? ['  Some are in Amiable itself: let your tsconfig.json extend amiable/tsconfig.handlers.json.']
    : []
  return [`Types are wrong (${types.with})`, ...lines, ...hint].join('\n')
}

function placeOf({ file, line, column }: TypeMistake): string {
  return file === undefined ? '' : `${relative('.', file)}:${line}:${column} `
}
