import type { ParamsSchema } from '../define.ts'
import type { FormField, FormIssue } from './fields.ts'

const MAX_ISSUES = 100

/** The handler's own schema has the last word. @param input  as the form gave it, or as it was recorded with the run */
export async function parseParams(
  schema: ParamsSchema<unknown>,
  fields: readonly FormField[],
  input: Readonly<Record<string, unknown>>,
): Promise<{ params: unknown } | { issues: FormIssue[] }> {
  const parsed = await schema.safeParseAsync(withDates(fields, input))
  if (parsed.success) return { params: parsed.data }
  const known = new Set(fields.map(({ name }) => name))
  const issues = parsed.error.issues.slice(0, MAX_ISSUES).map(({ path, message }): FormIssue => {
    const field = String(path[0] ?? '')
    return { message: message.slice(0, 1000), ...(known.has(field) ? { field } : {}) }
  })
  return { issues }
}

function withDates(fields: readonly FormField[], input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const dates = fields.flatMap(({ name, asDate }) => {
    const text = input[name]
    return asDate && typeof text === 'string' ? [[name, new Date(`${text}T00:00:00Z`)] as const] : []
  })
  return { ...input, ...Object.fromEntries(dates) }
}
