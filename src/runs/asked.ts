import { z } from 'zod'

/** What a person filled in before a run, as people read it. */
export const Asked = z.array(z.object({ label: z.string(), value: z.string() }))
export type Asked = z.infer<typeof Asked>

/** What was filled in: for the handler's schema, and for people. */
export interface Filled {
  readonly input: Readonly<Record<string, unknown>>
  readonly asked: Asked
}
