import { Command } from 'commander'
import { menuUrl } from '../../ami/menu.ts'
import { listFiles } from '../../handlers/handler-files.ts'
import type { Registry } from '../../handlers/registry.ts'
import { startRunner } from '../../handlers/runner/runner.ts'
import { parseSettings } from '../../settings.ts'
import { root } from '../root.ts'
import { findPublicUrl } from '../server-file.ts'

interface Listed {
  readonly name: string
  readonly title: string | null
  readonly url: string
  /** null: every type. */
  readonly entityTypes: readonly string[] | null
  readonly file: string
  readonly error: string | null
}

export function list(): Command {
  return new Command('list')
    .description('show the handlers with their URLs, and files that could not be loaded')
    .option(
      '--json',
      'for programs: { "handlers": [{ name, title, url, entityTypes, file, error }], "ignored": [file] }',
    )
    .action(async ({ json }: { json?: boolean }) => {
      const settings = parseSettings(process.env, root)
      listFiles(settings.handlersDir) // says so when it is not there
      const runner = await startRunner({ handlersDir: settings.handlersDir, slots: 1 })
      try {
        const handlers = listed(runner.registry, findPublicUrl(settings))
        const { ignored } = runner.registry
        process.stdout.write(
          json ? `${JSON.stringify({ handlers, ignored }, null, 2)}\n` : asText(handlers, settings.handlersDir),
        )
      } finally {
        await runner.close()
      }
    })
}

function listed({ manifests, errors }: Registry, publicUrl: string): Listed[] {
  const good = manifests.map(({ name, title, entityTypes, file }) => ({
    name,
    title,
    url: menuUrl(publicUrl, name),
    entityTypes: entityTypes ?? null,
    file,
    error: null,
  }))
  const broken = errors.map(({ name, file, message }) => ({
    name,
    title: null,
    url: menuUrl(publicUrl, name),
    entityTypes: null,
    file,
    error: message,
  }))
  return [...good, ...broken]
}

function asText(handlers: readonly Listed[], folder: string): string {
  if (handlers.length === 0) return `No handlers in ${folder}. docs/handlers.md has one to copy.\n`
  const width = Math.max(...handlers.map(({ name }) => name.length))
  const blocks = handlers.map(({ name, title, url, entityTypes, error }) => {
    const indent = ' '.repeat(width + 4)
    if (error !== null) return `  ${name.padEnd(width)}  NOT LOADED\n${error.replace(/^/gm, indent)}`
    return `  ${name.padEnd(width)}  ${title} · ${entityTypes?.join(', ') ?? 'every type'}\n${indent}${url}`
  })
  return `${blocks.join('\n')}\n`
}
