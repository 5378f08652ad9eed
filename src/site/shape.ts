import { z } from 'zod'
import { SiteProtocolError } from './errors/index.ts'
import type { FieldValue } from './types.ts'

/** Anything JSON, as field values come. */
export const fieldValue: z.ZodType<FieldValue> = z.json()

/**
 * What a call returned, if it has the shape that such an answer has.
 *
 * @param expected  ends the sentence "something else than": `a schema`
 * @throws {SiteProtocolError} `SITE_ANSWER_INVALID`, naming the place
 */
export function parseShape<T>(shape: z.ZodType<T>, results: unknown, what: string, expected: string): T {
  const parsed = shape.safeParse(results)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}: ${issue.message}`
  throw new SiteProtocolError(
    'SITE_ANSWER_INVALID',
    `The ${what} was answered with something else than ${expected}${where}.`,
  )
}
