import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { ClickContext } from '../handlers/envelope.ts'
import type { Manifest } from '../handlers/manifest.ts'
import type { Runs } from '../runs/runs.ts'
import type { Site } from '../site/index.ts'
import type { Access } from './access.ts'
import { type ClickRules, readClick, readPayload, refuseUnsigned, verifyClick, verifyClickAge } from './click.ts'
import type { FormPairs } from './form.ts'
import { lightPayloadIdOf, resolveLightPayload } from './light-payload.ts'

export interface AcceptTools {
  readonly runs: Runs
  readonly access: Access
  /** Signed in as the server's own script user; for light payloads. */
  readonly site: Site
  readonly rules: ClickRules
  readonly nowMs: () => number
}

/** Where a click leads: to its run, or first to a form. */
export type Destination = { readonly to: 'run' | 'form'; readonly token: string }

/**
 * Take a click: begin its run, or the form that comes before. The same click leads to where it led before, however old it
 * is by now.
 *
 * @throws {AppError} why it was refused; then nothing was started
 */
export async function acceptClick(manifest: Manifest, pairs: FormPairs, tools: AcceptTools): Promise<Destination> {
  const { runs, access, rules, nowMs } = tools
  const lightId = lightPayloadIdOf(pairs)
  if (lightId !== undefined && !pairs.some(([name]) => name === 'signature')) {
    return acceptUnsigned(manifest, lightId, tools)
  }
  const click = verifyClick(manifest.name, pairs, rules)
  const read = async (): Promise<ClickContext> => {
    if (lightId === undefined) return readClick(click, manifest, rules, nowMs())
    verifyClickAge(click, rules, nowMs())
    return readPayload(await resolve(lightId, tools), manifest, rules)
  }
  try {
    const context = await read()
    await access.check(manifest, context)
    return await lead(click.clickKey, manifest, context, runs)
  } catch (error) {
    const known = await findKnown(click.clickKey, runs).catch(() => undefined)
    if (known === undefined) throw error
    return known
  }
}

/** Nobody vouches for who brought the number of an event log entry, so it is good once, and only for a question. */
async function acceptUnsigned(manifest: Manifest, entryId: number, tools: AcceptTools): Promise<Destination> {
  const { runs, access, rules } = tools
  refuseUnsigned(manifest, { unsigned: true })
  const context: ClickContext = {
    ...readPayload(await resolve(entryId, tools), manifest, rules),
    unsigned: true,
  }
  await access.check(manifest, context)
  const clickKey = createHash('sha256').update(`light:v1:${entryId}`).digest('hex')
  const { token, isNew } = await runs.forms.begin(clickKey, manifest.name, context)
  if (isNew) return { to: 'form', token }
  throw new AppError('LIGHT_PAYLOAD_USED', 'This click was opened already, in this browser or in another one.')
}

function resolve(entryId: number, { site, rules, nowMs }: AcceptTools): Promise<FormPairs> {
  return resolveLightPayload(site, entryId, { nowMs: nowMs(), maxAgeMs: rules.maxAgeMs })
}

/** To the run, or to the form that comes before. */
export async function lead(
  clickKey: string,
  manifest: Manifest,
  context: ClickContext,
  runs: Runs,
): Promise<Destination> {
  if (!wantsAnswer(manifest, context)) return { to: 'run', token: await runs.begin(clickKey, manifest, context) }
  // A reload may have given the handler something to ask since this very click became a run.
  const run = await runs.findTokenByClick(clickKey)
  if (run !== undefined) return { to: 'run', token: run }
  const { token } = await runs.forms.begin(clickKey, manifest.name, context)
  return { to: 'form', token }
}

/** Whether its person has to be asked something before the run. */
export function wantsAnswer(manifest: Manifest, context: ClickContext): boolean {
  return (
    (manifest.params ?? []).length > 0 ||
    manifest.confirm !== undefined ||
    context.wholePage === true ||
    context.unsigned === true
  )
}

async function findKnown(clickKey: string, runs: Runs): Promise<Destination | undefined> {
  const run = await runs.findTokenByClick(clickKey)
  if (run !== undefined) return { to: 'run', token: run }
  const form = await runs.forms.findTokenByClick(clickKey)
  return form === undefined ? undefined : { to: 'form', token: form }
}
