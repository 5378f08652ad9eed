import { writeFile } from 'node:fs/promises'
import { Command, InvalidArgumentError } from 'commander'
import { AppError } from '../../errors.ts'
import { parseSettings } from '../../settings.ts'
import { createSite } from '../../site/index.ts'
import { buildClickForm } from '../click-form.ts'
import { expectServer, fetchResult, followRun, postClick } from '../click-http.ts'
import { root } from '../root.ts'
import { scriptAuth } from '../script-auth.ts'
import { readServerFile } from '../server-file.ts'

interface ClickOptions {
  readonly type: string
  readonly ids: number[]
  readonly user?: string
  readonly out?: string
  readonly server?: string
}

export function click(): Command {
  return new Command('click')
    .description('do what a right-click does: sign it, send it to the running server, and save or print the answer')
    .argument('<handler>', 'its name, such as version-report')
    .requiredOption('--type <entityType>', 'entity type of the selection, such as Version')
    .option('--ids <list>', 'ids of the selection, separated by commas', parseIds, [])
    .option('--user <login>', 'who clicks; in the sandbox: admin')
    .option(
      '--out <file>',
      'where to save the answer; "-" is standard output. Default: its own name for files, standard output for pages',
    )
    .option('--server <url>', 'the server; default: the one that uses this data folder')
    .action(async (handler: string, options: ClickOptions) => {
      const settings = parseSettings(process.env, root)
      const known = readServerFile(settings.dataDir)
      const server = options.server ?? known?.url ?? settings.publicUrl
      await expectServer(server)
      await using site = createSite({
        url: known?.siteUrl ?? settings.site.url,
        auth: scriptAuth(settings.site),
        timeoutMs: 15_000,
      })
      const login = options.user ?? (settings.mode === 'sandbox' ? 'admin' : undefined)
      if (login === undefined)
        throw new AppError('SETTINGS_INVALID', 'Who clicks? Name a person of the site with --user <login>.')
      const form = await buildClickForm(site, {
        handler,
        entityType: options.type,
        ids: options.ids,
        login,
        nowMs: Date.now(),
        ...settings,
      })
      const run = await postClick(server, handler, form)
      const state = await followRun(run, (line) => process.stderr.isTTY && process.stderr.write(line))
      if (state.status !== 'succeeded') {
        process.stderr.write(
          `\nerror: ${state.title}: ${state.error?.message ?? state.statusText}\n  next  ${state.error?.hint ?? ''}\n  code  ${state.error?.code ?? ''}\n  run   ${state.run}\n\n`,
        )
        process.exitCode = 1
        return
      }
      await deliver(run, state, options.out)
    })
}

async function deliver(
  run: string,
  state: Awaited<ReturnType<typeof followRun>>,
  out: string | undefined,
): Promise<void> {
  const { result } = state
  if (result?.kind === 'file' || result?.kind === 'html') {
    const bytes = await fetchResult(run, result.url ?? '')
    const target = out ?? (result.kind === 'file' ? result.name : '-') ?? '-'
    if (target === '-') process.stdout.write(bytes)
    else {
      await writeFile(target, bytes)
      process.stderr.write(`${target} (${bytes.length.toLocaleString('en')} bytes)\n`)
    }
    return
  }
  const text = result?.kind === 'redirect' ? (result.url ?? '') : (result?.text ?? 'Done.')
  if (out && out !== '-') await writeFile(out, `${text}\n`)
  else process.stdout.write(`${text}\n`)
}

function parseIds(text: string): number[] {
  const ids = text.split(',').map((item) => Number(item.trim()))
  if (text.trim() !== '' && ids.every((id) => Number.isSafeInteger(id) && id > 0)) return ids
  throw new InvalidArgumentError('expected ids separated by commas, such as 1,2,3.')
}
