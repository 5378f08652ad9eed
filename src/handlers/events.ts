import { z } from 'zod'
import { Progress } from './outcome.ts'

/** Text of one log line that is kept; the rest is cut. */
export const MAX_LINE_CHARS = 8_000
/** Lines of one run that are kept, those of `console` included: a loop that prints for ever must not fill the server. */
export const MAX_LINES = 10_000
/** And so many letters of them, fields included. */
export const MAX_LOG_CHARS = 4_000_000

/** Entities of one run whose fate is kept. */
export const MAX_ITEMS = 100_000
export const MAX_WHY_CHARS = 1000
export const MAX_TYPE_CHARS = 200

export const itemStatuses = ['done', 'failed', 'skipped'] as const

/** What became of one entity. */
export const RunItem = z.object({
  type: z.string().max(MAX_TYPE_CHARS),
  id: z.int().positive(),
  name: z
    .string()
    .transform((text) => text.slice(0, 500))
    .optional(),
  status: z.enum(itemStatuses),
  why: z
    .string()
    .transform((text) => text.slice(0, MAX_WHY_CHARS))
    .optional(),
})
export type RunItem = z.infer<typeof RunItem>

/** Writes of one run that are kept, and how much of each value. More of it travels, for secrets are struck before it is cut. */
export const MAX_WRITES = 20_000
export const MAX_VALUE_CHARS = 500
export const MAX_SENT_CHARS = 4000
const MAX_WRITE_FIELDS = 200

const shortText = (most: number) => z.string().transform((text) => text.slice(0, most))

/** One change on the site that a run made, or tried to make. Values are plain data, cut to a readable size. */
export const RunWrite = z.object({
  atMs: z.number(),
  operation: z.string().max(100),
  type: z.string().max(MAX_TYPE_CHARS),
  id: z.int().optional(),
  name: shortText(MAX_SENT_CHARS).optional(),
  outcome: z.enum(['done', 'unchanged', 'failed', 'unknown']),
  why: shortText(MAX_SENT_CHARS).optional(),
  fields: z
    .array(
      z.object({
        field: z.string().max(200),
        to: z.unknown(),
        /** What it held before; left out where that is not known. */
        from: z.unknown().optional(),
        /** For lists: what was written was added to them, or taken out. */
        mode: z.enum(['add', 'remove']).optional(),
      }),
    )
    .max(MAX_WRITE_FIELDS),
})
export type RunWrite = z.infer<typeof RunWrite>

export const logLevels = ['debug', 'info', 'warn', 'error'] as const

export const LogLine = z.object({
  atMs: z.number(),
  level: z.enum(logLevels),
  text: z.string().transform((text) => text.slice(0, MAX_LINE_CHARS)),
  fields: z.record(z.string(), z.unknown()).optional(),
})
export type LogLine = z.infer<typeof LogLine>

/**
 * What comes up an executor's channel, in order. Handler code shares the process, and so the channel, with ours: events are
 * parsed like any other input, and those of a run say which.
 */
export const ExecutorEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), pid: z.int().positive() }),
  z.object({ kind: z.literal('loading'), file: z.string() }),
  /** Something that handler code left behind failed while no run was under way. */
  z.object({ kind: z.literal('stray'), text: z.string() }),
  z.object({ kind: z.literal('log'), runId: z.string(), line: LogLine }),
  z.object({ kind: z.literal('items'), runId: z.string(), items: z.array(RunItem).max(1000) }),
  z.object({ kind: z.literal('writes'), runId: z.string(), writes: z.array(RunWrite).max(1000) }),
  z.object({ kind: z.literal('progress'), runId: z.string(), progress: Progress }),
])
export type ExecutorEvent = z.infer<typeof ExecutorEvent>
