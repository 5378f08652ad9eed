import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { type AppliedRegistration, planRegistration, type Registration } from '../../ami/menu.ts'
import { AppError } from '../../errors.ts'
import { listFiles } from '../../handlers/handler-files.ts'
import type { Registry } from '../../handlers/registry.ts'
import { startRunner } from '../../handlers/runner/runner.ts'
import { isLoopback, parseSettings, type Settings } from '../../settings.ts'
import { createSite } from '../../site/index.ts'
import { planAsJson, planAsText, resultAsText } from '../menu-text.ts'
import { root } from '../root.ts'
import { scriptAuth } from '../script-auth.ts'
import { findPublicUrl, readServerFile } from '../server-file.ts'

interface RegisterOptions {
  readonly dryRun?: boolean
  readonly adopt?: boolean
  readonly json?: boolean
}

export function register(): Command {
  return new Command('register')
    .description('make the site’s menu match the handlers: one action menu item for each handler and entity type')
    .option('--dry-run', 'only say what would be done')
    .option('--adopt', 'also take over items that lead to the same handlers at another address')
    .option('--json', 'for programs: { site, publicUrl, items, byHand, notes, done }')
    .action(async (options: RegisterOptions) => {
      refuseWithoutSandbox()
      const settings = parseSettings(process.env, root)
      const publicUrl = findPublicUrl(settings)
      refuseOwnAddress(settings, publicUrl)
      const { manifests, errors } = await readRegistry(settings)
      await using site = createSite({ url: settings.site.url, auth: scriptAuth(settings.site) })
      const plan = await planRegistration(site, {
        ...settings,
        publicUrl,
        manifests,
        failed: errors.map(({ name }) => name),
        adopt: options.adopt === true,
      })
      if (!options.json) process.stdout.write(planAsText(plan, options))
      const done = options.dryRun ? undefined : await plan.apply()
      process.stdout.write(options.json ? planAsJson(plan, done) : resultAsText(plan, done))
      warn(plan, done, settings)
    })
}

/** Without a site of its own and without a running server there is no menu, and settings for a sandbox would be made for nothing. */
function refuseWithoutSandbox(): void {
  const { SHOTGRID_URL = '', AMIABLE_DATA = '' } = process.env
  if (SHOTGRID_URL.trim() !== '' || readServerFile(join(resolve(root, AMIABLE_DATA.trim() || '.amiable'), 'sandbox')))
    return
  throw new AppError(
    'SERVER_UNREACHABLE',
    'SHOTGRID_URL is not set, and no server with a sandbox site is running in this data folder. A sandbox’s menu fills itself when the server starts.',
  )
}

/** Everybody who uses the site would be sent to a server on their own machine. */
function refuseOwnAddress(settings: Settings, publicUrl: string): void {
  const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '')
  if (process.env.AMIABLE_PUBLIC_URL || !isLoopback(hostOf(publicUrl)) || isLoopback(hostOf(settings.site.url))) return
  throw new AppError(
    'SETTINGS_INVALID',
    `AMIABLE_PUBLIC_URL is not set: the menu would send everybody who uses ${settings.site.url} to ${publicUrl}, which only this machine reaches. Nothing was changed.`,
  )
}

async function readRegistry({ handlersDir }: Settings): Promise<Registry> {
  listFiles(handlersDir) // says so when it is not there
  const runner = await startRunner({ handlersDir, slots: 1 })
  const { registry } = runner
  await runner.close()
  return registry
}

function warn(plan: Registration, done: AppliedRegistration | undefined, settings: Settings): void {
  if (settings.publicUrlIsGuess && plan.publicUrl === settings.publicUrl)
    process.stderr.write(
      `note: ${plan.publicUrl} is a guess, this machine’s name. AMIABLE_PUBLIC_URL says what people’s browsers call it.\n`,
    )
  if (done?.notRemembered !== undefined)
    process.stderr.write(
      `warning: what was registered cannot be remembered in ${settings.dataDir}: ${String(done.notRemembered)}\n         The next time the tokens of all items are set anew, which does no harm.\n`,
    )
}
