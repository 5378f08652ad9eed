import type { OpenForm } from '../ami/ask.ts'
import type { FormTexts } from '../handlers/params/coerce.ts'
import type { FormField, FormIssue } from '../handlers/params/fields.ts'
import { words } from '../words.ts'
import { formatCount } from './format.ts'

/** A form as programs see it: what `GET /f/<token>` answers to those who want JSON. */
export interface FormState {
  readonly handler: string
  readonly title: string
  readonly fields: readonly FormField[]
  readonly values: Readonly<Record<string, unknown>>
  /** What has to be answered with yes by sending the form. */
  readonly questions: readonly string[]
  readonly nonce: string
  /** To be sent back as it is. */
  readonly revision: string
}

export function formStateOf(form: OpenForm, nonce: string): FormState {
  const { manifest, fields, values, revision } = form
  return {
    handler: manifest.name,
    title: manifest.title,
    fields,
    values,
    questions: questionsOf(form),
    nonce,
    revision,
  }
}

/** What the template shows: every field with its text, and what is wrong with it. */
export function formView(
  form: OpenForm,
  { nonce, issues, texts }: { nonce: string; issues: readonly FormIssue[]; texts?: FormTexts },
) {
  const { manifest, waiting, preview } = form
  const { context } = waiting
  const fields = form.fields.map((field, at) => ({
    ...field,
    id: `field-${at + 1}`,
    error: issues
      .filter((issue) => issue.field === field.name)
      .map(({ message }) => message)
      .join(' '),
    ...shown(field, texts ? texts.get(field.name) : textsFor(field, form.values[field.name])),
  }))
  return {
    title: manifest.title,
    description: manifest.description,
    action: manifest.title.replace(/\s*(…|\.\.\.)$/, ''),
    nonce,
    revision: form.revision,
    fields,
    general: issues.filter(({ field }) => field === undefined).map(({ message }) => message),
    wrong: issues.length,
    questions: questionsOf(form),
    danger: manifest.confirm !== undefined,
    selected: context.wholePage
      ? words.form.wholePage(formatCount(context.selectedIds.length, context.entityType))
      : formatCount(context.selectedIds.length, context.entityType),
    projectName: context.project?.name,
    pageTitle: context.page.title,
    userLogin: context.user.login,
    preview: preview && { ...preview, cells: previewCells(form, fields) },
  }
}

export function questionsOf({ manifest, waiting }: OpenForm): string[] {
  const { wholePage, unsigned, selectedIds, entityType, user } = waiting.context
  return [
    ...(wholePage ? [words.form.askWholePage(formatCount(selectedIds.length, entityType))] : []),
    ...(unsigned ? [words.form.askUnsigned(user.login, formatCount(selectedIds.length, entityType))] : []),
    ...(manifest.confirm === undefined ? [] : [manifest.confirm]),
  ]
}

/** A value as the text that a form would send for it. */
function textsFor({ kind }: FormField, value: unknown): string[] {
  if (value === undefined || value === null) return []
  if (kind === 'lines' && Array.isArray(value)) return [value.join('\n')]
  if (Array.isArray(value)) return value.map(String)
  if (kind === 'date-time') return [String(value).slice(0, 16)]
  return [String(value)]
}

function shown({ kind }: FormField, texts: readonly string[] | undefined): { text: string; chosen: readonly string[] } {
  const chosen = (texts ?? []).filter((text) => text !== '')
  const text = (kind === 'lines' ? texts?.join('\n') : texts?.at(-1)) ?? ''
  return { text, chosen }
}

/** Cells of columns that follow a field carry its name, and what is chosen in it now. */
function previewCells(
  { preview }: OpenForm,
  fields: readonly { name: string; text: string; options?: FormField['options'] }[],
) {
  return (preview?.rows ?? []).map((row) =>
    (preview?.columns ?? []).map((column, at) => {
      const follows = preview?.follows?.[column]
      const field = fields.find(({ name }) => name === follows)
      if (!field) return { text: String(row[at] ?? ''), numeric: typeof row[at] === 'number' }
      const label = field.options?.find(({ value }) => String(value) === field.text)?.label
      return { text: label ?? field.text, follows: field.name, numeric: false }
    }),
  )
}
