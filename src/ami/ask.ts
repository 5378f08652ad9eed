import { AppError } from '../errors.ts'
import type { FormDetails } from '../handlers/form-details.ts'
import type { Manifest } from '../handlers/manifest.ts'
import { coerceForm, type FormTexts } from '../handlers/params/coerce.ts'
import type { FieldOption, FormField, FormIssue } from '../handlers/params/fields.ts'
import { sendingKeyOf, type WaitingForm } from '../runs/forms.ts'
import type { Runs } from '../runs/runs.ts'
import { words } from '../words.ts'
import type { Access } from './access.ts'

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
}

/**
 * What a form looks like now: asks the handler, and remembers what its person chose the last time.
 *
 * @throws {AppError} `FORM_NOT_FOUND`, `FORM_EXPIRED`, and what the handler did wrong
 */
export async function openForm(token: string, tools: AskTools): Promise<OpenForm> {
  const { waiting, manifest } = await findForm(token, tools)
  const { details } = manifest.hasForm ? await tools.runs.prepare(manifest, waiting.context) : { details: {} }
  return describe(waiting, manifest, details, await recall(waiting, tools))
}

export type Sent =
  | { readonly ok: true; readonly runToken: string }
  | { readonly ok: false; readonly form: OpenForm; readonly issues: readonly FormIssue[] }

/**
 * A form that was sent: begin the run, or say what is wrong with what was filled in.
 *
 * @param nonce  of the page that was sent: the same page sent twice is one run
 * @throws {AppError} as `openForm`, and as a click
 */
export async function sendForm(
  token: string,
  { texts, nonce }: { texts: FormTexts; nonce: string },
  tools: AskTools,
): Promise<Sent> {
  const { waiting, manifest } = await findForm(token, tools)
  await tools.access.check(manifest, waiting.context)
  const { context } = waiting
  const plain = manifest.params ?? []
  const first = coerceForm(plain, texts)
  const asksHandler = manifest.hasForm || plain.length > 0
  const right = first.issues.length === 0
  const { details, issues } = asksHandler
    ? await tools.runs.prepare(manifest, context, right ? first.input : undefined)
    : { details: {}, issues: [] }
  const form = describe(waiting, manifest, details, first.input)
  const second = coerceForm(form.fields, texts) // now with the choices that the handler gave
  const wrong = [...second.issues, ...(second.issues.length === 0 ? issues : [])]
  if (wrong.length > 0) return { ok: false, form, issues: wrong }
  const { input } = second
  if (plain.length > 0) await tools.runs.forms.remember(context.user.id, manifest.name, input)
  const key = sendingKeyOf(waiting.clickKey, nonce, input)
  const filled = { input, asked: form.fields.map((field) => toldOf(field, input[field.name])) }
  return { ok: true, runToken: await tools.runs.begin(key, manifest, context, filled) }
}

async function findForm(token: string, { runs, getManifest }: AskTools) {
  const waiting = await runs.forms.find(token)
  if (!waiting) throw new AppError('FORM_NOT_FOUND', 'There is no form at this address.')
  if (waiting.expired) throw new AppError('FORM_EXPIRED', 'This form is older than a day. Nothing was started.')
  return { waiting, manifest: getManifest(waiting.handler) }
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
    const candidates = [chosen[field.name], details.defaults?.[field.name], field.default]
    const value = candidates.find(
      (candidate) => candidate !== undefined && candidate !== null && fits(field, candidate),
    )
    return value === undefined ? [] : [[field.name, value] as const]
  })
  return { waiting, manifest, fields, values: Object.fromEntries(values), preview: details.preview }
}

/** A field whose choices only the handler knows becomes a list of them. */
function withChoices(field: FormField, choices: NonNullable<FormDetails['choices']>[string] | undefined): FormField {
  if (!choices) return field
  const options = choices.map((choice): FieldOption => {
    if (typeof choice === 'string') return { value: choice, label: labelAmong(field.options, choice) ?? choice }
    const { value, label } = choice
    return { value, label: label ?? labelAmong(field.options, value) ?? String(value) }
  })
  const several = field.kind === 'choices' || field.kind === 'lines'
  return { ...field, kind: several ? 'choices' : 'choice', options }
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
