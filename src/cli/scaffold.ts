import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { AppError } from '../errors.ts'
import { root } from './root.ts'

const source = join(root, 'scaffold')

/**
 * Make a repository for handlers: with a handler, a test of it, types for editors and a configuration to debug.
 *
 * @returns its files
 * @throws {AppError} `FILE_EXISTS` when the folder has something in it
 */
export async function scaffoldRepository(folder: string): Promise<string[]> {
  const present = await readdir(folder).catch(() => [])
  if (present.some((name) => name !== '.git'))
    throw new AppError('FILE_EXISTS', `${folder} is not empty: it has ${present.slice(0, 5).join(', ')}.`)
  const checkout = placeOfCheckout(folder)
  const written: Record<string, string> = {
    'package.json': json(packageJson(folder, checkout)),
    'tsconfig.json': json({ extends: 'amiable/tsconfig.handlers.json' }),
    '.vscode/launch.json': json(launchJson),
    '.gitignore': 'node_modules/\n',
    'README.md': (await readFile(join(source, 'README.md'), 'utf8')).replaceAll('AMIABLE', checkout),
  }
  for (const [file, text] of Object.entries(written)) await write(join(folder, file), text)
  const copied = ['handlers/say-hello.ts', 'test/say-hello.test.ts']
  for (const file of copied) await cp(join(source, file), join(folder, file))
  return [...Object.keys(written), ...copied]
}

/** Make a handler to start from. @throws {AppError} `FILE_EXISTS` */
export async function scaffoldHandler(folder: string, name: string): Promise<string> {
  const file = join(folder, `${name}.ts`)
  const words = name.replaceAll('-', ' ')
  const title = `${words.charAt(0).toUpperCase()}${words.slice(1)}`
  const text = (await readFile(join(source, 'new-handler.ts'), 'utf8')).replace('TITLE', title)
  await mkdir(folder, { recursive: true })
  await writeFile(file, text, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause
    throw new AppError('FILE_EXISTS', `${file} is there already.`, { cause })
  })
  return file
}

/** How the repository names the checkout: by a path that moves with both where they stand side by side. */
function placeOfCheckout(folder: string): string {
  const way = relative(folder, root)
  return way.split(sep).filter((part) => part === '..').length === 1 ? way.replaceAll(sep, '/') : root
}

function packageJson(folder: string, checkout: string): object {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return {
    name: name || 'handlers',
    private: true,
    type: 'module',
    engines: { node: '>=24' },
    scripts: {
      start: 'AMIABLE_HANDLERS="$PWD/handlers" amiable start',
      test: 'amiable test',
      check: 'amiable check handlers',
      types: 'amiable types --out handlers/site-schema.d.ts',
    },
    dependencies: { zod: `file:${checkout}/node_modules/zod` }, // the same as the server's, and there without a network
    devDependencies: { amiable: `file:${checkout}` },
  }
}

const launchJson = {
  version: '0.2.0',
  configurations: [
    {
      name: 'Run the open handler',
      type: 'node',
      request: 'launch',
      program: `\${workspaceFolder}/node_modules/amiable/bin/amiable.js`,
      args: ['click', `\${file}`, '--inspect', '--type', `\${input:entityType}`, '--ids', `\${input:ids}`],
      env: { AMIABLE_HANDLERS: `\${workspaceFolder}/handlers` },
      console: 'integratedTerminal',
      skipFiles: ['<node_internals>/**'],
    },
    {
      name: 'Run the open test',
      type: 'node',
      request: 'launch',
      program: `\${workspaceFolder}/node_modules/amiable/bin/amiable.js`,
      args: ['test', `\${file}`],
      console: 'integratedTerminal',
      skipFiles: ['<node_internals>/**'],
    },
  ],
  inputs: [
    { id: 'entityType', type: 'promptString', description: 'Entity type', default: 'Version' },
    { id: 'ids', type: 'promptString', description: 'Ids of the selection', default: '1,2,3' },
  ],
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
