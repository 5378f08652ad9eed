import { z } from 'zod'
import { AppError } from '../errors.ts'
import type { FormPairs } from './form.ts'
import { parseIdList, parseTextList } from './lists.ts'

/*
 * Every field arrives as the list of its values: one for a field sent once, several for repeated keys.
 * Pages that have no value for a field send it empty, leave it out, or send the text "undefined".
 * What people name themselves, a login or a project, may well be "null".
 */
const values = z.array(z.string()).default([])

const plainText = values.transform((all, context) => {
  if (all.length > 1) context.addIssue({ code: 'custom', message: `came ${all.length} times: expected once` })
  return all[0]?.trim() || undefined
})

const text = plainText.transform((value) => (value === 'undefined' || value === 'null' ? undefined : value))

const requiredText = plainText.transform((value, context) => {
  if (value !== undefined) return value
  context.addIssue({ code: 'custom', message: 'is missing or empty' })
  return z.NEVER
})

const id = text.transform((value, context) => {
  if (value === undefined) return undefined
  const [parsed] = /^\d{1,15}$/.test(value) ? [Number(value)] : []
  if (parsed !== undefined && parsed > 0) return parsed
  context.addIssue({ code: 'custom', message: `is "${value.slice(0, 40)}": expected a whole number above 0` })
  return z.NEVER
})

const requiredId = id.transform((value, context) => {
  if (value !== undefined) return value
  context.addIssue({ code: 'custom', message: 'is missing or empty' })
  return z.NEVER
})

const ids = values.transform((all, context) => {
  const parsed = parseIdList(all)
  if (Array.isArray(parsed)) return parsed
  context.addIssue({ code: 'custom', message: `holds "${parsed.wrong}": expected ids separated by commas` })
  return z.NEVER
})

const list = values.transform(parseTextList)

const direction = (value: string | undefined): 'asc' | 'desc' => (value === 'desc' ? 'desc' : 'asc')

const Fields = z.looseObject({
  user_id: requiredId,
  user_login: requiredText,
  entity_type: requiredText.refine(
    (value) => /^[A-Za-z][A-Za-z0-9_]*$/.test(value),
    'is not the name of an entity type',
  ),
  selected_ids: ids,
  ids,
  title: text,
  page_id: id,
  server_hostname: text,
  referrer_path: text,
  session_uuid: text,
  cols: list,
  column_display_names: list,
  view: text,
  sort_column: text,
  sort_direction: text,
  sort_columns: list,
  sort_directions: list,
  grouping_column: text,
  grouping_method: text,
  grouping_direction: text,
  grouping_columns: list,
  grouping_methods: list,
  grouping_directions: list,
  project_name: plainText,
  project_id: id,
  timestamp: text,
  signature: text,
})

/** The form of an action menu item, every field under the name that the site gives it. Fields that nobody told us of are kept as lists of text. */
export type AmiPayload = z.infer<typeof Fields>

/**
 * Parse the form that a site posts for an action menu item.
 *
 * @throws {AppError} `PAYLOAD_INVALID` naming every field that is wrong
 */
export function parsePayload(pairs: FormPairs): AmiPayload {
  const grouped = groupPairs(pairs)
  const parsed = Fields.safeParse(Object.fromEntries(grouped))
  if (parsed.success) return parsed.data
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
  throw new AppError('PAYLOAD_INVALID', `The form from the site cannot be read: ${wrong.join('; ')}.`)
}

/** Sort keys of the page, most significant first. */
export function sortsOf(payload: AmiPayload): { field: string; direction: 'asc' | 'desc' }[] {
  if (payload.sort_columns.length > 0) {
    return payload.sort_columns.map((field, at) => ({ field, direction: direction(payload.sort_directions[at]) }))
  }
  return payload.sort_column === undefined
    ? []
    : [{ field: payload.sort_column, direction: direction(payload.sort_direction) }]
}

/** Groupings of the page, outermost first. */
export function groupingsOf(payload: AmiPayload): { field: string; method: string; direction: 'asc' | 'desc' }[] {
  if (payload.grouping_columns.length > 0) {
    return payload.grouping_columns.map((field, at) => ({
      field,
      method: payload.grouping_methods[at] ?? 'exact',
      direction: direction(payload.grouping_directions[at]),
    }))
  }
  if (payload.grouping_column === undefined) return []
  const method = payload.grouping_method ?? 'exact'
  return [{ field: payload.grouping_column, method, direction: direction(payload.grouping_direction) }]
}

/** Visible columns. A display name with a comma in it splits in two on the wire; then the system names stand for all of them. */
export function columnsOf(payload: AmiPayload): { field: string; displayName: string }[] {
  const named = payload.column_display_names.length === payload.cols.length
  return payload.cols.map((field, at) => ({
    field,
    displayName: (named ? payload.column_display_names[at] : undefined) ?? field,
  }))
}

/** The payload as it arrived, without the signature: a field sent once is text, one sent several times a list. */
export function rawPayload(pairs: FormPairs): Record<string, string | string[]> {
  const raw: Record<string, string | string[]> = Object.create(null)
  for (const [name, all] of groupPairs(pairs)) {
    if (name !== 'signature' && name !== '__proto__') raw[name] = all.length === 1 ? (all[0] ?? '') : all
  }
  return { ...raw }
}

function groupPairs(pairs: FormPairs): Map<string, string[]> {
  const grouped = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    const known = grouped.get(name)
    if (known) known.push(value)
    else grouped.set(name, [value])
  }
  return grouped
}
