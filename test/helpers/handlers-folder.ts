import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Runner } from '../../src/handlers/runner/runner.ts'
import { buildEnvelope } from './envelope.ts'

export interface HandlersFolder extends Disposable {
  readonly path: string
  write(files: Readonly<Record<string, string>>): void
  remove(...files: readonly string[]): void
}

/** A folder of handlers in a repository of its own: `<temporary>/handlers`. */
export function makeHandlersFolder(files: Readonly<Record<string, string>> = {}): HandlersFolder {
  const repository = mkdtempSync(join(tmpdir(), 'amiable-handlers-'))
  const path = join(repository, 'handlers')
  mkdirSync(path)
  const folder: HandlersFolder = {
    path,
    write(more) {
      for (const [file, text] of Object.entries(more)) {
        mkdirSync(dirname(join(path, file)), { recursive: true })
        writeFileSync(join(path, file), text)
      }
    },
    remove(...gone) {
      for (const file of gone) rmSync(join(path, file), { recursive: true })
    },
    [Symbol.dispose]: () => rmSync(repository, { recursive: true, force: true }),
  }
  folder.write({ '../package.json': '{ "type": "module" }', ...files })
  return folder
}

/** A handler that says something. @param said  a JavaScript expression */
export function sayingHandler(said: string | number, imports = '', options = ''): string {
  return `import { defineHandler, message } from 'amiable'
${imports}
export default defineHandler({ title: 'Says', ${options} run: async () => message(String(${said})) })
`
}

/** What a handler says when it is run now. */
export async function askHandler(runner: Runner, handler: string): Promise<string> {
  const answer = await runner.execute(buildEnvelope(handler), () => {})
  if (!answer.ok) return `${answer.code}: ${answer.message}`
  const { outcome } = answer
  return outcome.kind === 'message' ? outcome.text : outcome.kind === 'short-html' ? outcome.html : outcome.kind
}

/** Do something that changes the registry, and wait until it has. */
export async function untilChanged(runner: Runner, act: () => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = runner.registry.onChange(resolve)
  act()
  await promise
  stop()
}
