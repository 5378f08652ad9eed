import { z } from 'zod'

const Option = z.object({ value: z.union([z.string(), z.number()]), label: z.string() })

/** One field of a form, made from one property of a handler's `params`. Values are those that the schema takes in. */
export const FormField = z.object({
  name: z.string(),
  kind: z.enum(['text', 'long-text', 'number', 'checkbox', 'choice', 'choices', 'lines', 'date', 'date-time']),
  label: z.string(),
  help: z.string().optional(),
  placeholder: z.string().optional(),
  /** False: it may be left empty. */
  required: z.boolean(),
  /** Left empty, it is null rather than left out. */
  nullable: z.boolean(),
  default: z.unknown().optional(),
  /** Of `choice` and `choices`. */
  options: z.array(Option).optional(),
  /** Of `text`: what browsers check by themselves. */
  format: z.enum(['email', 'url']).optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  /** Of `number`, as numbers. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** Of `number`: no fractions. Of `lines`: every line is a number. */
  integer: z.boolean().optional(),
  numeric: z.boolean().optional(),
  /** Of `choices` and `lines`: how many. */
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  /** Of `date` and `date-time`: the schema wants a Date, not its text. */
  asDate: z.boolean().optional(),
})
export type FormField = z.infer<typeof FormField>
export type FieldOption = z.infer<typeof Option>

/** What is wrong with one field, or without a name with the form as a whole. */
export const FormIssue = z.object({ field: z.string().optional(), message: z.string().max(1000) })
export type FormIssue = z.infer<typeof FormIssue>

/** What is wrong, a line for each field. */
export function issueLines(issues: readonly FormIssue[]): string[] {
  return issues.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`))
}
