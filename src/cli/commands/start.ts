import { relative } from 'node:path'
import { Command } from 'commander'
import { listFiles } from '../../handlers/handler-files.ts'
import type { Manifest } from '../../handlers/manifest.ts'
import { isLoopback, parseSettings, type Settings } from '../../settings.ts'
import { failWith } from '../fail.ts'
import { createLogger } from '../logger.ts'
import { watchNpm } from '../parent.ts'
import { root } from '../root.ts'

/** Everything has a shorter limit of its own; this one is for what nobody thought of. */
const STOP_MS = 20_000

export function start(version: string): Command {
  return new Command('start')
    .description('start the server; without SHOTGRID_URL, together with a sandbox site to click in')
    .action(async () => {
      const settings = parseSettings(process.env, root)
      listFiles(settings.handlersDir) // says so when it is not there
      const { secret, secretPrevious = '', site, scripts } = settings
      const scriptKeys = [site, ...Object.values(scripts)].map(({ scriptKey }) => scriptKey)
      const log = createLogger({ level: settings.logLevel, secrets: [secret, secretPrevious, ...scriptKeys] })
      const { startServer } = await import('../server.ts') // heavy; other commands do without
      const server = await startServer(settings, log)

      let stopping = false
      const stop = (why: string, exitCode: number): void => {
        if (stopping) return
        stopping = true
        log.info({ why }, 'stopping')
        setTimeout(() => {
          log.fatal(`not stopped after ${STOP_MS / 1000} seconds: leaving all the same`)
          process.exit(1)
        }, STOP_MS).unref()
        server.close().then(() => process.exit(exitCode), failWith)
      }
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.on(signal, () => {
          if (stopping) process.exit(1) // asked twice means now
          stop(signal, 0)
        })
      }
      watchNpm(() => stop('npm is gone', 1))
      void server.sandboxEnded?.then(() => {
        if (!stopping) log.error('the sandbox site has ended')
        stop('the sandbox site has ended', 1)
      })
      process.stdout.write(welcome(settings, version, server.manifests, server.errorCount))
    })
}

function welcome(settings: Settings, version: string, manifests: readonly Manifest[], errors: number): string {
  const loaded = `${manifests.length} loaded${errors > 0 ? `, ${errors} NOT LOADED: see the dashboard` : ''}`
  const folder = relative(process.cwd(), settings.handlersDir) || '.'
  const [first] = manifests
  const lines =
    settings.mode === 'sandbox'
      ? [
          `  Amiable ${version}, with a sandbox site`,
          '',
          `  Click here     ${settings.site.url}/`,
          ...(first ? [`                 Select some rows, right-click, choose “${first.title}”.`] : []),
          `  Dashboard      ${settings.publicUrl}/`,
          '  Sign-ins       admin / sandbox · artist / sandbox · script amiable / sandbox-script-key',
          `  Handlers       ${folder} (${loaded})`,
          '',
          ...(first
            ? [
                `  From a terminal   ${sameSettings()}npx amiable click ${first.name} --type ${first.entityTypes?.[0] ?? 'Version'} --ids 1,2,3${first.name === 'version-report' ? ' --out report.pdf' : ''}`,
              ]
            : []),
          '  Your own handler  docs/handlers.md',
          '  Your own site     docs/real-site.md: four settings',
          '  Stop              Ctrl-C',
        ]
      : [
          `  Amiable ${version}, for ${settings.site.url}`,
          '',
          `  Dashboard      ${settings.publicUrl}/`,
          ...(settings.publicUrlIsGuess
            ? [
                '                 This machine’s name, by guess: set AMIABLE_PUBLIC_URL to what people’s browsers call it.',
              ]
            : []),
          `  Handlers       ${folder} (${loaded})`,
          `  Listens on     ${settings.host}:${settings.port}${isLoopback(settings.host) ? ' (this machine only: set HOST=0.0.0.0 for the network)' : ''}`,
          '',
          `  The site’s menu      ${sameSettings()}npx amiable register --dry-run`,
          '                       shows what it would make there; without --dry-run it does.',
        ]
  return `\n${lines.join('\n')}\n\n`
}

/** What another terminal has to set to talk to this server: the data folder, if it was moved by the environment. */
function sameSettings(): string {
  const { AMIABLE_DATA } = process.env
  return AMIABLE_DATA ? `AMIABLE_DATA=${AMIABLE_DATA} ` : ''
}
