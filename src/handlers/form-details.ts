import { z } from 'zod'

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()])

const Choice = z.union([
  z.string(),
  z.object({ value: z.union([z.string(), z.number()]), label: z.string().optional() }),
])

/** What a handler's `form` tells about the form that is about to be shown. */
export const FormDetails = z.object({
  /** Choices of a field, by its name, in their order. Only these are taken then. */
  choices: z.record(z.string(), z.array(Choice).max(5000)).optional(),
  /** First values of fields, by name. What the person chose the last time comes before them. */
  defaults: z.record(z.string(), z.unknown()).optional(),
  /** A table under the fields: what is selected, and what becomes of it. */
  preview: z
    .object({
      columns: z.array(z.string()).min(1).max(50),
      rows: z.array(z.array(Cell)).max(1000),
      /** Columns whose cells show what is chosen in a field: name of the column to name of the field. */
      follows: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
})
export type FormDetails = z.input<typeof FormDetails>
