import { z } from 'zod'

/** Versions that can be gone back to. */
const KEPT = 5

const Served = z.object({
  digest: z.string(),
  sinceMs: z.number(),
  /** Handlers that could be used. */
  handlers: z.array(z.string()),
})
export type Served = z.infer<typeof Served>

/** Which versions of a folder were served, the last one now. */
export const History = z.object({
  v: z.literal(1),
  folder: z.string(),
  served: z.array(Served),
  /** Files beside the folder that handlers imported. */
  outside: z.array(z.string()),
  /** What the folder held when somebody went back from it: it is not served again by itself. */
  left: z.string().optional(),
})
export type History = z.infer<typeof History>

export function emptyHistory(folder: string): History {
  return { v: 1, folder, served: [], outside: [] }
}

/** A version is served from now on. The same again replaces itself. */
export function withServed(history: History, served: Served, outside: readonly string[]): History {
  const before = history.served.at(-1)?.digest === served.digest ? history.served.slice(0, -1) : history.served
  return { v: 1, folder: history.folder, served: [...before, served].slice(-(KEPT + 1)), outside: [...outside] }
}

/** The version before is served again. @param left  digest of what the folder holds */
export function withoutLast(history: History, left: string): History {
  return { ...history, served: history.served.slice(0, -1), left }
}

/** The folder holds what is served. */
export function withoutLeft({ left: _, ...history }: History): History {
  return history
}
