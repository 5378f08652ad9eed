import { mkdirSync } from 'node:fs'

/** A run's own folder, made when somebody asks for it. */
export interface Scratch {
  readonly folder: string
  /** Whether somebody has. */
  readonly used: boolean
}

export function openScratchOnDemand(path: string): Scratch {
  let used = false
  return {
    get folder() {
      if (!used) mkdirSync(path, { recursive: true, mode: 0o700 })
      used = true
      return path
    },
    get used() {
      return used
    },
  }
}
