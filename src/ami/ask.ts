import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { FormDetails } from '../handlers/form-details.ts'
import type { Manifest } from '../handlers/manifest.ts'
import { coerceForm, type FormTexts } from '../handlers/params/coerce.ts'
import type { FieldOption, FormField, FormIssue } from '../handlers/params/fields.ts'
import { sendingKeyOf, type WaitingForm } from '../runs/forms.ts'
import type { Runs } from '../runs/runs.ts'
import { words } from '../words.ts'
import type { Access } from './access.ts'
import { refuseUnsigned, refuseWrongUse } from './click.ts'

export interface AskTools {
  readonly runs: Runs
  readonly access: Access
  /** @throws {AppError} when it is not served */
  readonly getManifest: (handler: string) => Manifest
}

/** A form as it is shown: its fields with their choices, and what they hold at first. */
export interface OpenForm {
  readonly waiting: WaitingForm
  readonly manifest: Manifest
  readonly fields: readonly FormField[]
  /** By field name, as the schema takes them in. */
  readonly values: Readonly<Record<string, unknown>>
  readonly preview: FormDetails['preview']
  /** Changes when the handler asks for something else. */
  readonly revision: string
}

/**
 * What a form looks like now: asks the handler, and remembers what its person chose the last time.
 *
 * @throws {AppError} `FORM_NOT_FOUND`, `FORM_EXPIRED`, and what the handler did wrong
 */
export async function openForm(token: string, tools: AskTools): Promise<OpenForm> {
  const { waiting, manifest } = await findForm(token, tools)
  return describe(waiting, manifest, await askHandler(waiting, manifest, tools), await recall(waiting, tools))
}

export type Sent =
  | { readonly ok: true; readonly runToken: string }
  | { readonly ok: false; readonly form: OpenForm; readonly issues: readonly FormIssue[] }

/**
 * A form that was sent: begin the run, or say what is wrong with what was filled in.
 *
 * @param nonce  of the page that was sent: the same page sent twice is one run
 * @param revision  of the form that was on it: what is asked may have changed since
 * @throws {AppError} as `openForm`, and as a click
 */
export async function sendForm(
  token: string,
  { texts, nonce, revision }: { texts: FormTexts; nonce: string; revision: string },
  tools: AskTools,
): Promise<Sent> {
  const { waiting, manifest } = await findForm(token, tools)
  const { context } = waiting
  const details = await askHandler(waiting, manifest, tools)
  const chosen = coerceForm(manifest.params ?? [], texts).input // as far as it is right, to be shown again
  const form = describe(waiting, manifest, details, chosen)
  const { input, issues } = coerceForm(form.fields, texts)
  if (revision !== form.revision) issues.unshift({ message: words.form.changed })
  if (issues.length === 0 && form.fields.length > 0)
    issues.push(...(await tools.runs.prepare(manifest, context, input)).issues)
  if (issues.length > 0) return { ok: false, form, issues }
  if (form.fields.length > 0)
    await tools.runs.forms.remember(context.user.id, manifest.name, { ...emptied(form.fields), ...input })
  const key = sendingKeyOf(waiting.clickKey, nonce, input)
  const asked = form.fields.map((field) => toldOf(field, input[field.name] ?? field.default))
  return { ok: true, runToken: await tools.runs.begin(key, manifest, context, { input, asked }) }
}

/** What only the handler knows of its form, by now. */
async function askHandler({ context }: WaitingForm, manifest: Manifest, { runs }: AskTools): Promise<FormDetails> {
  return manifest.hasForm ? (await runs.prepare(manifest, context)).details : {}
}

/** The handler may have changed, and with it whom it is for and what it takes. */
async function findForm(token: string, { runs, access, getManifest }: AskTools) {
  const waiting = await runs.forms.find(token)
  if (!waiting) throw new AppError('FORM_NOT_FOUND', 'There is no form at this address.')
  if (waiting.expired) throw new AppError('FORM_EXPIRED', 'This form is older than a day. Nothing was started.')
  const manifest = getManifest(waiting.handler)
  const { entityType, selectedIds } = waiting.context
  refuseUnsigned(manifest, waiting.context)
  refuseWrongUse(manifest, { entityType, count: selectedIds.length })
  await access.check(manifest, waiting.context)
  return { waiting, manifest }
}

async function recall({ context, handler }: WaitingForm, { runs }: AskTools): Promise<Record<string, unknown>> {
  return { ...(await runs.forms.recall(context.user.id, handler)) }
}

function describe(
  waiting: WaitingForm,
  manifest: Manifest,
  details: FormDetails,
  chosen: Readonly<Record<string, unknown>>,
): OpenForm {
  const fields = (manifest.params ?? []).map((field) => withChoices(field, details.choices?.[field.name]))
  const values = fields.flatMap((field) => {
    if (chosen[field.name] === null && isEmptiable(field)) return []
    const candidates = [chosen[field.name], details.defaults?.[field.name], field.default]
    const value = candidates.find(
      (candidate) => candidate !== undefined && candidate !== null && fits(field, candidate),
    )
    return value === undefined ? [] : [[field.name, value] as const]
  })
  const revision = revisionOf(manifest)
  return { waiting, manifest, fields, values: Object.fromEntries(values), preview: details.preview, revision }
}

/** What its person left empty stays empty the next time, unless the schema fills it in anyway. */
function emptied(fields: readonly FormField[]): Record<string, null> {
  return Object.fromEntries(fields.filter(isEmptiable).map(({ name }) => [name, null]))
}

function isEmptiable(field: FormField): boolean {
  return !field.required && field.default === undefined
}

function revisionOf({ params = [], confirm = '' }: Manifest): string {
  const asked = [confirm, ...params.map(({ name, kind, label }) => [name, kind, label])]
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 16)
}

/** A field whose choices only the handler knows becomes a list of them. */
export function withChoices(
  field: FormField,
  choices: NonNullable<FormDetails['choices']>[string] | undefined,
): FormField {
  if (!choices) return field
  const options = choices.map((choice): FieldOption => {
    const { value: given, label } = typeof choice === 'string' ? { value: choice, label: undefined } : choice
    const value = valueFor(field, given)
    return { value, label: label ?? labelAmong(field.options, value) ?? String(given) }
  })
  const several = field.kind === 'choices' || field.kind === 'lines'
  return { ...field, kind: several ? 'choices' : 'choice', options }
}

/** A choice as the field's own schema takes it: a number for numbers, text for texts. */
function valueFor({ kind, numeric, options }: FormField, given: string | number): string | number {
  const known = options?.find(({ value }) => String(value) === String(given))
  if (known) return known.value
  if (kind === 'number' || numeric) return Number(given)
  return kind === 'choice' || kind === 'choices' ? given : String(given)
}

function labelAmong(options: readonly FieldOption[] | undefined, value: string | number): string | undefined {
  return options?.find((option) => option.value === value)?.label
}

/** A value as people read it: choices by their labels. */
function toldOf(field: FormField, value: unknown): { label: string; value: string } {
  const textOf = (one: unknown): string => {
    if (typeof one === 'boolean') return one ? words.items.yes : words.items.no
    if (one === null || one === undefined) return ''
    return field.options?.find((option) => option.value === one)?.label ?? String(one)
  }
  return { label: field.label, value: Array.isArray(value) ? value.map(textOf).join(', ') : textOf(value) }
}

/** What was remembered may not be a choice any more. */
function fits({ kind, options = [] }: FormField, value: unknown): boolean {
  const isChoice = (one: unknown): boolean => options.some((option) => option.value === one)
  if (kind === 'choice') return isChoice(value)
  if (kind === 'choices') return Array.isArray(value) && value.every(isChoice)
  if (kind === 'lines') return Array.isArray(value)
  if (kind === 'checkbox') return typeof value === 'boolean'
  if (kind === 'number') return typeof value === 'number'
  return typeof value === 'string'
}
