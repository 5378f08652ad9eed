import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { readMistakes, type TypeMistake } from '../../src/cli/check-types.ts'

const root = join(import.meta.dirname, '../..')
const tsc = join(root, 'node_modules/typescript/bin/tsc')

/** A `tsconfig.json` for files outside of the checkout that import what is in it. */
export function writeTsconfig(folder: string, include: readonly string[]): string {
  const file = join(folder, 'tsconfig.json')
  const compilerOptions = { types: ['node'], typeRoots: [join(root, 'node_modules/@types')], rootDir: '/' }
  writeFileSync(file, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include }))
  return file
}

/** What the compiler has to say about a project. */
export async function checkProject(tsconfig: string): Promise<TypeMistake[]> {
  const args = [tsc, '--noEmit', '--pretty', 'false', '--project', tsconfig]
  const cwd = dirname(tsconfig)
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd, timeout: 60_000 }).catch(
    (error: { stdout: string; stderr: string; code: number }) => error,
  )
  const mistakes = readMistakes(stdout, cwd)
  if (mistakes.length === 0 && `${stdout}${stderr}` !== '') throw new Error(`${stdout}${stderr}`)
  return mistakes
}

export interface Editor extends AsyncDisposable {
  /** What is proposed at `|` in a file of this text. */
  complete(file: string, text: string): Promise<string[]>
  /** What is shown over the name that `|` stands in. */
  hover(file: string, text: string): Promise<string>
  /** The files in which what `|` stands in is declared. */
  define(file: string, text: string): Promise<string[]>
}

/** TypeScript as editors talk to it. Files need not exist. */
export async function openEditor(folder: string): Promise<Editor> {
  const server = spawn(process.execPath, [tsc, '--lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const waiting = new Map<unknown, (result: unknown) => void>()
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }
  server.stdout.on(
    'data',
    readMessages(({ id, method, result }) => {
      if (method !== undefined && id !== undefined)
        send({ id, result: null }) // it asks for settings
      else waiting.get(id)?.(result)
    }),
  )
  let calls = 0
  const ask = async (method: string, params: object): Promise<unknown> => {
    const id = ++calls
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const timer = setTimeout(() => reject(new Error(`${method} was not answered`)), 30_000)
    waiting.set(id, resolve)
    send({ id, method, params })
    return promise.finally(() => {
      clearTimeout(timer)
      waiting.delete(id)
    })
  }
  const capabilities = { textDocument: { completion: {}, hover: { contentFormat: ['plaintext'] } } }
  await ask('initialize', { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities })
  send({ method: 'initialized', params: {} })

  let versions = 0
  const askAt = async (method: string, file: string, marked: string): Promise<unknown> => {
    const before = marked.slice(0, marked.indexOf('|')).split('\n')
    const uri = pathToFileURL(join(folder, file)).href
    const text = marked.replace('|', '')
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
    send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'typescript', version: ++versions, text } },
    })
    const answer = await ask(method, { textDocument: { uri }, position })
    send({ method: 'textDocument/didClose', params: { textDocument: { uri } } })
    return answer
  }
  return {
    async complete(file, text) {
      const answer = (await askAt('textDocument/completion', file, text)) as { items: { label: string }[] } | null
      return (answer?.items ?? []).map(({ label }) => label.replace(/\?$/, ''))
    },
    async hover(file, text) {
      const answer = (await askAt('textDocument/hover', file, text)) as { contents: { value: string } } | null
      return answer?.contents.value ?? ''
    },
    async define(file, text) {
      const answer = (await askAt('textDocument/definition', file, text)) as { uri: string }[] | null
      return [...new Set((answer ?? []).map(({ uri }) => fileURLToPath(uri)))]
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.kill()
      await closed
    },
  }
}

type Message = { readonly id?: unknown; readonly method?: string; readonly result?: unknown }

/** Messages of the language server protocol, out of the pieces that a pipe gives. */
function readMessages(onMessage: (message: Message) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const head = rest.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/Content-Length: (\d+)/i.exec(rest.subarray(0, head).toString())?.[1])
      const end = head + 4 + length
      if (rest.length < end) return
      onMessage(JSON.parse(rest.subarray(head + 4, end).toString()))
      rest = rest.subarray(end)
    }
  }
}
