import { Command } from 'commander'
import { menuUrl } from '../../ami/menu.ts'
import { listFiles } from '../../handlers/handler-files.ts'
import type { Registry, ServedVersion } from '../../handlers/registry.ts'
import { startRunner } from '../../handlers/runner/runner.ts'
import { parseSettings, type Settings } from '../../settings.ts'
import { tryServer } from '../admin-client.ts'
import { ServedHandlers } from '../handler-admin.ts'
import { root } from '../root.ts'
import { findPublicUrl } from '../server-file.ts'

interface Listed {
  readonly name: string
  readonly title: string | null
  readonly url: string
  /** null: every type. */
  readonly entityTypes: readonly string[] | null
  readonly file: string
  /** Of a handler with a title: of its file as it is now; the last good version is served. */
  readonly error: string | null
}

type Found = Pick<Registry, 'manifests' | 'errors' | 'ignored'> & { folder: string; version: ServedVersion | null }

export function list(): Command {
  return new Command('list')
    .description(
      'show the handlers with their URLs, and files that could not be loaded: those of the running server, if one runs',
    )
    .option(
      '--json',
      'for programs: { "handlers": [{ name, title, url, entityTypes, file, error }], "ignored": [file], "version": { id, sinceMs, rolledBack } or null when no server runs }',
    )
    .action(async ({ json }: { json?: boolean }) => {
      const settings = parseSettings(process.env, root)
      const running = await tryServer(settings.dataDir, 'GET', '/handlers')
      const found = running ? ServedHandlers.parse(running.body) : await loadHere(settings)
      const handlers = listed(found, findPublicUrl(settings))
      const { ignored, version } = found
      process.stdout.write(
        json ? `${JSON.stringify({ handlers, ignored, version }, null, 2)}\n` : asText(handlers, found),
      )
    })
}

async function loadHere({ handlersDir }: Settings): Promise<Found> {
  listFiles(handlersDir) // says so when it is not there
  const runner = await startRunner({ handlersDir, slots: 1 })
  try {
    const { manifests, errors, ignored } = runner.registry
    return { manifests, errors, ignored, folder: handlersDir, version: null }
  } finally {
    await runner.close()
  }
}

function listed({ manifests, errors }: Found, publicUrl: string): Listed[] {
  const good = manifests.map(({ name, title, entityTypes, file }) => ({
    name,
    title,
    url: menuUrl(publicUrl, name),
    entityTypes: entityTypes ?? null,
    file,
    error: errors.find((error) => error.stillServed && error.name === name)?.message ?? null,
  }))
  const served = new Set(manifests.map(({ name }) => name))
  const broken = errors
    .filter(({ name, stillServed }) => !(stillServed && served.has(name)))
    .map(({ name, file, message }) => ({
      name,
      title: null,
      url: menuUrl(publicUrl, name),
      entityTypes: null,
      file,
      error: message,
    }))
  return [...good, ...broken]
}

function asText(handlers: readonly Listed[], { folder, version }: Found): string {
  const head = version
    ? `Served now: version ${version.id}${version.rolledBack ? ', which somebody went back to: the folder holds another one' : ''}\n\n`
    : ''
  if (handlers.length === 0) return `${head}No handlers in ${folder}. docs/handlers.md has one to copy.\n`
  const width = Math.max(...handlers.map(({ name }) => name.length))
  const indent = ' '.repeat(width + 4)
  const blocks = handlers.map(({ name, title, url, entityTypes, error }) => {
    const said = error === null ? '' : `\n${error.replace(/^/gm, indent)}`
    if (title === null) return `  ${name.padEnd(width)}  NOT LOADED${said}`
    return `  ${name.padEnd(width)}  ${title} · ${entityTypes?.join(', ') ?? 'every type'}\n${indent}${url}${said}`
  })
  return `${head}${blocks.join('\n')}\n`
}
