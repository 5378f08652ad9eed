import type { EntityRef } from '../refs.ts'
import { refKey } from './links.ts'

/** A day that is not as the working week has it. */
export type WorkException = { readonly working: boolean; readonly description: string | null }

type Level = 'STUDIO' | 'PROJECT' | 'USER'

/** One day, as `work_schedule_read` answers it. */
export type WorkDay = WorkException & { readonly reason: `${Level}_WORK_WEEK` | `${Level}_EXCEPTION` }

/** The exceptions of the studio, of projects and of people. The working week is Monday to Friday for all of them. */
export class WorkDays {
  readonly #exceptions = new Map<string, WorkException>()

  /** `owner` is a project or a person; null is the studio. */
  setException(owner: EntityRef | null, day: string, exception: WorkException): void {
    this.#exceptions.set(keyOf(owner, day), exception)
  }

  /** The exception of the person counts before that of the project, that before the studio's. */
  find(day: string, { project, user }: { project: EntityRef | null; user: EntityRef | null }): WorkDay {
    const owners = [
      ['USER', user],
      ['PROJECT', project],
      ['STUDIO', null],
    ] as const
    for (const [level, owner] of owners) {
      if (owner === null && level !== 'STUDIO') continue
      const exception = this.#exceptions.get(keyOf(owner, day))
      if (exception !== undefined) return { ...exception, reason: `${level}_EXCEPTION` }
    }
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
    return { working: weekday >= 1 && weekday <= 5, description: null, reason: 'STUDIO_WORK_WEEK' }
  }
}

function keyOf(owner: EntityRef | null, day: string): string {
  return `${owner === null ? '' : refKey(owner)} ${day}`
}
