import { z } from 'zod'

const MAX_CELL_CHARS = 2000
const MAX_LABEL_CHARS = 500
const MAX_VALUE_CHARS = 500
const MAX_CHOICES = 5000
const MAX_ALL_CHOICES = 20_000
export const MAX_PREVIEW_ROWS = 1000
const MAX_PREVIEW_CHARS = 1_000_000
const MAX_DEFAULT_CHARS = 1_000_000

const text = (what: string, max: number) =>
  z.string().max(max, { error: () => `${what} may have ${count(max)} letters: shorten it in form()` })

const Cell = z.union([text('A cell of the preview', MAX_CELL_CHARS), z.number(), z.boolean(), z.null()])

const value = text('The value of a choice', MAX_VALUE_CHARS)
const Choice = z.union([
  value,
  z.object({
    value: z.union([value, z.number()]),
    label: text('The label of a choice', MAX_LABEL_CHARS).optional(),
  }),
])

const Choices = z.array(Choice).max(MAX_CHOICES, {
  error: () => `A field may have ${count(MAX_CHOICES)} choices: let form() give fewer, such as those of the project`,
})

const Preview = z
  .object({
    columns: z.array(text('The head of a column', MAX_LABEL_CHARS)).min(1).max(50),
    /** The first 1,000 are shown, and how many more there are. */
    rows: z.array(z.array(Cell).max(50)).max(MAX_PREVIEW_ROWS),
    /** Rows that are not shown: filled in by `cutPreview`. */
    more: z.int().min(0).optional(),
    /** Columns whose cells show what is chosen in a field: name of the column to name of the field. */
    follows: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ columns, rows }) => charsOf(columns) + charsOf(rows) <= MAX_PREVIEW_CHARS, {
    error: () =>
      `The preview may have ${count(MAX_PREVIEW_CHARS)} letters in all: let form() give fewer rows, or shorter ones`,
  })

/** What a handler's `form` tells about the form that is about to be shown. */
export const FormDetails = z.object({
  /** Choices of a field, by its name, in their order. Only these are taken then. */
  choices: z
    .record(z.string(), Choices)
    .refine((fields) => Object.values(fields).reduce((sum, { length }) => sum + length, 0) <= MAX_ALL_CHOICES, {
      error: () => `All fields together may have ${count(MAX_ALL_CHOICES)} choices: let form() give fewer`,
    })
    .optional(),
  /** First values of fields, by name. What the person chose the last time comes before them. */
  defaults: z
    .record(z.string(), z.unknown())
    .refine((values) => charsOf(Object.values(values)) <= MAX_DEFAULT_CHARS, {
      error: () => `First values may have ${count(MAX_DEFAULT_CHARS)} letters in all: let form() give shorter ones`,
    })
    .optional(),
  /** A table under the fields: what is selected, and what becomes of it. */
  preview: Preview.optional(),
})
export type FormDetails = z.input<typeof FormDetails>

/** Letters of text and of lists of text; what else a first value is, no field takes. */
function charsOf(given: unknown): number {
  if (typeof given === 'string') return given.length
  if (!Array.isArray(given)) return 0
  return given.flat(2).reduce((sum: number, one: unknown) => sum + (typeof one === 'string' ? one.length : 0), 0)
}

function count(letters: number): string {
  return letters.toLocaleString('en')
}
