import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { findPackage } from '../handlers/runner/packages.ts'
import { root } from './root.ts'

const TIMEOUT_MS = 180_000
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024

export interface TypeMistake {
  /** Absent when it is about the whole project. */
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly code: string
  readonly message: string
}

export type TypeCheck =
  | { readonly checked: false; readonly why: string }
  | { readonly checked: true; readonly with: string; readonly mistakes: readonly TypeMistake[] }

/** Type-check the project that a folder of handlers belongs to, with its own TypeScript if it has one, else with ours. */
export async function checkTypes(folder: string): Promise<TypeCheck> {
  const tsconfig = findTsconfig(folder)
  if (tsconfig === undefined)
    return { checked: false, why: 'there is no tsconfig.json here, nor above it up to its package.json' }
  const typescript = findTypescript(folder) ?? findTypescript(root)
  if (typescript === undefined)
    return { checked: false, why: 'TypeScript is not installed: npm install --save-dev typescript' }
  const where = dirname(tsconfig)
  const { output, failed } = await run([typescript.tsc, '--noEmit', '--pretty', 'false', '--project', tsconfig], where)
  const mistakes = readMistakes(output, where)
  const unread = failed && mistakes.length === 0 ? [{ code: 'it failed:', message: output.slice(0, 2000) }] : []
  return {
    checked: true,
    with: `TypeScript ${typescript.version}, ${relative(folder, tsconfig)}`,
    mistakes: [...mistakes, ...unread],
  }
}

/** Lines such as `handlers/hello.ts(3,5): error TS2322: …`, each with the indented ones that follow it. */
export function readMistakes(output: string, where: string): TypeMistake[] {
  const mistakes: TypeMistake[] = []
  for (const line of output.split(/\r?\n/)) {
    const found = /^(?:(.+?)\((\d+),(\d+)\): )?error (TS\d+): (.*)$/.exec(line)
    const last = mistakes.at(-1)
    if (found) {
      const [, file, row, column, code = '', message = ''] = found
      const place = file ? { file: resolve(where, file), line: Number(row), column: Number(column) } : {}
      mistakes.push({ ...place, code, message })
    } else if (last && /^\s+\S/.test(line)) {
      mistakes[mistakes.length - 1] = { ...last, message: `${last.message}\n${line}` }
    }
  }
  return mistakes
}

function findTsconfig(folder: string): string | undefined {
  const top = findPackage(folder) ?? folder
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'tsconfig.json')
    if (existsSync(file)) return file
    if (at === top || at === dirname(at)) return undefined
  }
}

function findTypescript(folder: string): { tsc: string; version: string } | undefined {
  try {
    const file = createRequire(join(folder, 'none.js')).resolve('typescript/package.json')
    const { version, bin } = JSON.parse(readFileSync(file, 'utf8')) as { version: string; bin: { tsc: string } }
    return { tsc: join(dirname(file), bin.tsc), version }
  } catch {
    return undefined
  }
}

async function run(args: readonly string[], cwd: string): Promise<{ output: string; failed: boolean }> {
  const options = { cwd, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES }
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...args], options)
    return { output: stdout, failed: false }
  } catch (error) {
    const { stdout = '', stderr = '', killed } = error as { stdout?: string; stderr?: string; killed?: boolean }
    if (killed) return { output: `it was not done after ${TIMEOUT_MS / 1000} seconds`, failed: true }
    return { output: stdout || stderr || String(error), failed: true }
  }
}
