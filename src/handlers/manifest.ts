import { z } from 'zod'
import { FormField } from './params/fields.ts'

/** Milliseconds; a person waits for it. */
export const DEFAULT_TIMEOUT_MS = 60_000
export const DEFAULT_MEMORY_MB = 512

/** A name as people give it to a permission group or a project. */
const oneName = z.string().trim().min(1, 'a name is empty').max(200)

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
  orPage: z.boolean().optional(),
  /** The form that is shown before a run. */
  params: z.array(FormField).optional(),
  /** The handler has a `form` of its own, to be asked in an executor. */
  hasForm: z.boolean().default(false),
  confirm: z.string().trim().min(1, 'confirm is empty: write the question').max(1000).optional(),
  access: z
    .strictObject({
      groups: z.array(oneName).min(1, 'access.groups is an empty list: leave access out for everybody').max(100),
    })
    .optional(),
  projects: z
    .array(
      z.union([z.int().min(1, 'is not the id of a project'), oneName], {
        error: 'expected the id of a project or its name',
      }),
    )
    .min(1, 'projects is an empty list: leave it out for every project')
    .max(1000)
    .optional(),
  script: z
    .string()
    .regex(
      /^[a-z0-9]+(-[a-z0-9]+)*$/,
      'expected the name of a configured script user in lower case, such as "review" for SHOTGRID_SCRIPT_NAME_REVIEW',
    )
    .optional(),
  actAs: z.enum(['script', 'user'], { error: 'expected "script" or "user"' }).optional(),
  env: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not the name of an environment variable'))
    .max(100)
    .optional(),
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
  /** The last good version of this handler is served in its place. */
  stillServed: z.boolean().optional(),
})
export type LoadError = z.infer<typeof LoadError>

export const LoadReport = z.object({
  manifests: z.array(Manifest),
  errors: z.array(LoadError),
  ignored: z.array(z.string()),
  /** Sources beside the folder that were imported. */
  outside: z.array(z.string()),
})
export type LoadReport = z.infer<typeof LoadReport>
