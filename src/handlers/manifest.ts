import { z } from 'zod'

/** Milliseconds; a person waits for it. */
export const DEFAULT_TIMEOUT_MS = 60_000
export const DEFAULT_MEMORY_MB = 512

/** What the server knows of a handler without ever importing it. Extracted by an executor. */
export const Manifest = z.object({
  name: z.string(),
  file: z.string(),
  title: z.string().min(1, 'title is empty').max(200),
  description: z.string().max(2000).optional(),
  entityTypes: z
    .array(z.string().min(1))
    .min(1, 'entityTypes is an empty list: leave it out for every type')
    .optional(),
  selection: z
    .object({ min: z.int().min(0).default(1), max: z.int().min(1).optional() })
    .refine(({ min, max }) => max === undefined || max >= min, 'selection.max is below selection.min')
    .default({ min: 1 }),
  menu: z
    .object({ folder: z.string().min(1).optional(), order: z.int().optional(), modal: z.boolean().optional() })
    .default({}),
  timeoutMs: z.int().min(100).max(86_400_000).default(DEFAULT_TIMEOUT_MS),
  memoryMb: z.int().min(32).max(65_536).default(DEFAULT_MEMORY_MB),
})
export type Manifest = z.infer<typeof Manifest>

/** A file of the handlers' folder that could not be used, and why. */
export const LoadError = z.object({
  name: z.string(),
  file: z.string(),
  message: z.string(),
  detail: z.string().optional(),
})
export type LoadError = z.infer<typeof LoadError>

export const LoadReport = z.object({
  manifests: z.array(Manifest),
  errors: z.array(LoadError),
  ignored: z.array(z.string()),
})
export type LoadReport = z.infer<typeof LoadReport>
