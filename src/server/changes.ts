import { randomUUID } from 'node:crypto'
import type { LiveRegistry } from '../handlers/registry.ts'
import type { Runs } from '../runs/runs.ts'

/** Everything that makes the dashboard look different from one moment to the next. */
export interface DashboardChanges {
  /** Another text after every change, and after every start of the server. */
  readonly version: string
  /** @returns stops it */
  watch(onChange: () => void): () => void
}

/** Runs that begin or end, and versions of the handlers' folder. */
export function createDashboardChanges(runs: Runs, registry: LiveRegistry): DashboardChanges {
  const start = randomUUID().slice(0, 8)
  let reloads = 0
  registry.onChange(() => {
    reloads += 1
  })
  return {
    get version() {
      return `${start}.${runs.changes.version}.${reloads}`
    },
    watch(onChange) {
      const stops = [runs.changes.watch(() => onChange()), registry.onChange(() => onChange())]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}
