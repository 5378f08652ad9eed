import { z } from 'zod'
import { errorCodes } from '../errors.ts'
import { FormDetails } from './form-details.ts'
import { FormIssue } from './params/fields.ts'

/** A file that a run left in its scratch folder, to be adopted. */
export const ScratchFile = z.object({
  /** Relative to the scratch folder; once adopted, to the run's artifacts. */
  path: z.string(),
  /** As the person sees it. */
  name: z.string(),
  type: z.string(),
  bytes: z.number(),
  /** Shown by the browser, or downloaded. */
  inline: z.boolean(),
})
export type ScratchFile = z.infer<typeof ScratchFile>

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** How a run ended well, as plain data. */
export const Outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('nothing') }),
  z.object({
    kind: z.literal('message'),
    text: z.string(),
    links: z.array(z.object({ text: z.string(), url: z.string() })),
    table: z.object({ columns: z.array(z.string()), rows: z.array(z.array(Cell)) }).optional(),
  }),
  z.object({ kind: z.literal('redirect'), url: z.string() }),
  z.object({ kind: z.literal('html'), file: ScratchFile }),
  /** A page that is short enough to be recorded with its run. */
  z.object({ kind: z.literal('short-html'), html: z.string() }),
  z.object({ kind: z.literal('file'), file: ScratchFile }),
])
export type Outcome = z.infer<typeof Outcome>

/** How far a run is. */
export const Progress = z.object({
  done: z.number().finite(),
  /** 0 when unknown. */
  total: z.number().finite(),
  text: z.string().optional(),
})
export type Progress = z.infer<typeof Progress>

/** `unclean`: something of it may still be going on in the executor. `spawned`: it started processes of its own. */
const remains = { unclean: z.boolean(), spawned: z.boolean() }

const Failure = z.object({
  ok: z.literal(false),
  ...remains,
  code: z.enum(errorCodes),
  message: z.string(),
  stack: z.string().optional(),
})
export type Failure = z.infer<typeof Failure>

/** How a run ended, well or not. */
export const RunAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), ...remains, outcome: Outcome, usedScratch: z.boolean() }),
  Failure,
])
export type RunAnswer = z.infer<typeof RunAnswer>

/** What a handler says about its form, and about what was filled in if something was. */
export const FormAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), ...remains, details: FormDetails, issues: z.array(FormIssue).max(100) }),
  Failure,
])
export type FormAnswer = z.infer<typeof FormAnswer>
