import { words } from '../../words.ts'
import type { FieldOption, FormField, FormIssue } from './fields.ts'

const text = words.form.wrong

/** Text of a form by field name, every value that came. */
export type FormTexts = ReadonlyMap<string, readonly string[]>

/**
 * Turn the text of a form into what the handler's schema takes in. A field that did not come at all is left out, so that its
 * default applies. The schema itself has the last word later.
 *
 * @param fields  with the choices of this very form filled in
 */
export function coerceForm(
  fields: readonly FormField[],
  texts: FormTexts,
): { input: Record<string, unknown>; issues: FormIssue[] } {
  const issues: FormIssue[] = []
  const input: Record<string, unknown> = {}
  for (const field of fields) {
    const answer = coerceField(field, texts.get(field.name))
    if ('wrong' in answer) issues.push({ field: field.name, message: answer.wrong })
    else if (answer.value !== undefined) input[field.name] = answer.value
  }
  const known = new Set(fields.map(({ name }) => name))
  const unknown = [...texts.keys()].filter((name) => !known.has(name))
  if (unknown.length > 0) issues.push({ message: text.unknown(unknown.slice(0, 10), [...known]) })
  return { input, issues }
}

type Answer = { readonly value: unknown } | { readonly wrong: string }

function coerceField(field: FormField, given: readonly string[] | undefined): Answer {
  if (given === undefined) {
    return field.required && field.default === undefined ? { wrong: text.required } : { value: undefined }
  }
  if (field.kind === 'choices') return severalChoices(field, given)
  if (field.kind === 'lines') return lines(field, given)
  const last = (given.at(-1) ?? '').replace(/\r\n?/g, '\n')
  if (field.kind === 'checkbox') return checkbox(last)
  const value = field.kind === 'long-text' || field.kind === 'text' ? last : last.trim()
  if (value.trim() === '') return empty(field)
  return single(field, value)
}

function single(field: FormField, value: string): Answer {
  switch (field.kind) {
    case 'number':
      return number(field, value)
    case 'choice':
      return oneChoice(field.options ?? [], value)
    case 'date':
      return isDay(value) ? { value } : { wrong: text.date }
    case 'date-time': {
      const time = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(value) ? value : `${value}Z`)
      return Number.isNaN(time.getTime()) ? { wrong: text.dateTime } : { value: time.toISOString() }
    }
    default: {
      const { minLength, maxLength } = field
      if (maxLength !== undefined && value.length > maxLength) return { wrong: text.tooLong(maxLength, value.length) }
      if (minLength !== undefined && value.length < minLength) return { wrong: text.tooShort(minLength) }
      return { value }
    }
  }
}

/** A field that was cleared stays cleared: its default must not come back behind the person's back. */
function empty(field: FormField): Answer {
  if (field.default !== undefined && (field.kind === 'text' || field.kind === 'long-text')) return { value: '' }
  if (field.required || field.default !== undefined) return { wrong: text.required }
  return { value: field.nullable ? null : undefined }
}

function checkbox(value: string): Answer {
  const lower = value.trim().toLowerCase()
  if (['', 'false', 'off', 'no', '0'].includes(lower)) return { value: false }
  return ['true', 'on', 'yes', '1'].includes(lower) ? { value: true } : { wrong: text.checkbox }
}

function number({ min, max, integer }: FormField, given: string): Answer {
  const value = Number(/^-?\d+,\d+$/.test(given) ? given.replace(',', '.') : given)
  if (!Number.isFinite(value)) return { wrong: text.number }
  if (integer && !Number.isInteger(value)) return { wrong: text.integer }
  if (min !== undefined && value < min) return { wrong: text.least(min) }
  if (max !== undefined && value > max) return { wrong: text.most(max) }
  return { value }
}

function oneChoice(options: readonly FieldOption[], given: string): Answer {
  const chosen = options.find(({ value }) => String(value) === given)
  if (chosen) return { value: chosen.value }
  return {
    wrong: text.choice(
      given.slice(0, 60),
      options.slice(0, 20).map(({ value }) => String(value)),
    ),
  }
}

function severalChoices(field: FormField, given: readonly string[]): Answer {
  const { options = [], minItems = 0, maxItems } = field
  const values: (string | number)[] = []
  for (const one of given) {
    if (one === '') continue // says that the field was there, with nothing chosen
    const answer = oneChoice(options, one)
    if ('wrong' in answer) return answer
    values.push(answer.value as string | number)
  }
  const distinct = [...new Set(values)]
  if (distinct.length < Math.max(minItems, 0)) return { wrong: text.fewest(minItems) }
  if (maxItems !== undefined && distinct.length > maxItems) return { wrong: text.atMost(maxItems) }
  return { value: distinct.length === 0 && mayBeLeftOut(field) ? undefined : distinct }
}

function lines(field: FormField, given: readonly string[]): Answer {
  const { numeric, integer, minItems = 0, maxItems } = field
  const items = given.flatMap((one) => one.split(/\r\n?|\n/)).flatMap((line) => line.trim() || [])
  if (items.length < minItems) return { wrong: text.fewestLines(minItems) }
  if (maxItems !== undefined && items.length > maxItems) return { wrong: text.atMost(maxItems) }
  if (items.length === 0 && mayBeLeftOut(field)) return { value: undefined }
  if (!numeric) return { value: items }
  const numbers = items.map(Number)
  const wrong = items.find((_, at) => !Number.isFinite(numbers[at]) || (integer && !Number.isInteger(numbers[at])))
  return wrong === undefined ? { value: numbers } : { wrong: text.lineNumber(wrong.slice(0, 60)) }
}

function mayBeLeftOut(field: FormField): boolean {
  return !field.required && field.default === undefined
}

function isDay(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
}
