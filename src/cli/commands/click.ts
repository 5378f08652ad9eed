import { writeFile } from 'node:fs/promises'
import { Command, InvalidArgumentError } from 'commander'
import { AppError } from '../../errors.ts'
import { parseSettings, type Settings } from '../../settings.ts'
import { createSite, type Site } from '../../site/index.ts'
import { buildClickForm } from '../click-form.ts'
import { expectServer, fetchResult, followRun, isForm, postClick, readForm, sendForm } from '../click-http.ts'
import { inspectClick } from '../inspect.ts'
import { root } from '../root.ts'
import { scriptAuth } from '../script-auth.ts'
import { findRunningServer } from '../server-file.ts'

interface ClickOptions {
  readonly type: string
  readonly ids: number[]
  readonly param: [string, string][]
  readonly yes?: boolean
  readonly user?: string
  readonly out?: string
  readonly server?: string
  readonly inspect?: boolean
}

export function click(): Command {
  return new Command('click')
    .description('do what a right-click does: sign it, send it to the running server, and save or print the answer')
    .argument('<handler>', 'its name, such as version-report; with --inspect its file will do too')
    .requiredOption('--type <entityType>', 'entity type of the selection, such as Version')
    .option('--ids <list>', 'ids of the selection, separated by commas', parseIds, [])
    .option('--param <name=value>', 'fill in a field of its form; again for more fields, or more choices', addParam, [])
    .option('--yes', 'answer what it asks before it starts with yes')
    .option('--user <login>', 'who clicks; in the sandbox: admin')
    .option(
      '--out <file>',
      'where to save the answer; "-" is standard output. Default: its own name for files, standard output for pages',
    )
    .option('--server <url>', 'the server; default: the one that uses this data folder')
    .option('--inspect', 'run the handler in this very process, without deadline or limits, for a debugger')
    .action(async (handler: string, options: ClickOptions) => {
      const settings = parseSettings(process.env, root)
      const known = await findRunningServer(settings.dataDir)
      const server = options.server ?? known?.url ?? settings.publicUrl
      if (!options.inspect) await expectServer(server)
      // The sandbox may be on another port than here. Credentials of a real site go there alone, whatever a file says.
      const siteUrl = settings.mode === 'sandbox' ? (known?.siteUrl ?? settings.site.url) : settings.site.url
      await using site = createSite({ url: siteUrl, auth: scriptAuth(settings.site), timeoutMs: 15_000 })
      if (options.inspect) {
        const form = await formOf(site, handler, options, settings)
        const inspected = { ...settings.site, url: siteUrl }
        await inspectClick(handler, form, options, { ...settings, site: inspected })
        return
      }
      const form = await formOf(site, handler, options, settings)
      const address = await postClick(server, handler, form)
      const run = isForm(address) ? await answer(address, options) : await withoutForm(address, options)
      const state = await followRun(run, (line) => process.stderr.isTTY && process.stderr.write(line))
      if (state.items) process.stderr.write(`${tally(state.items)}\n`)
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

function formOf(site: Site, handler: string, options: ClickOptions, settings: Settings): Promise<URLSearchParams> {
  const login = options.user ?? (settings.mode === 'sandbox' ? 'admin' : undefined)
  if (login === undefined)
    throw new AppError('SETTINGS_INVALID', 'Who clicks? Name a person of the site with --user <login>.')
  const { type: entityType, ids } = options
  return buildClickForm(site, { handler, entityType, ids, login, nowMs: Date.now(), ...settings })
}

/** Do what a person does at the form: read what it asks, fill it in, send it. @returns the address of the run */
async function answer(address: string, { param, yes }: ClickOptions): Promise<string> {
  const form = await readForm(address)
  if (form.questions.length > 0 && !yes) {
    throw new AppError(
      'ANSWER_NEEDED',
      `“${form.title}” asks before it starts: ${form.questions.join(' ')} Nothing was started.`,
    )
  }
  return sendForm(address, form, param)
}

async function withoutForm(address: string, { param }: ClickOptions): Promise<string> {
  const names = param.map(([name]) => name)
  if (names.length > 0) process.stderr.write(`It has no form: ${names.join(', ')} was not used.\n`)
  return address
}

function tally({ failed, skipped, done }: { failed: number; skipped: number; done: number }): string {
  return [
    `${done} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ')
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

function addParam(text: string, before: readonly [string, string][]): [string, string][] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('expected name=value, such as status=apr.')
  return [...before, [text.slice(0, at), text.slice(at + 1)]]
}
