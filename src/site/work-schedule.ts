import { z } from 'zod'
import { checkDay } from './calendar-day.ts'
import type { Scope } from './connection.ts'
import { SiteUsageError } from './errors/index.ts'
import type { CallOptions } from './options.ts'
import { callSite } from './rpc.ts'
import { sendWrite } from './send-write.ts'
import { parseShape } from './shape.ts'
import { type EntityRef, isLink, type Link } from './types.ts'
import { buildRef } from './write-payload.ts'

/** Is a day worked, and who says so. */
export type WorkDay = {
  readonly working: boolean
  /** `STUDIO_WORK_WEEK`, `STUDIO_EXCEPTION`, and the same with `PROJECT_` and `USER_`. */
  readonly reason: string
  readonly description: string | null
}

/** Day ▸ whether it is worked: `{ '2026-03-02': { working: true, … } }`. */
export type WorkSchedule = { readonly [day: string]: WorkDay }

export type WorkScheduleOptions = CallOptions & {
  /** As it is in this project. Default: the studio's. */
  readonly project?: EntityRef<'Project'>
  /** As it is for this person. */
  readonly user?: EntityRef<'HumanUser'>
}

export type UpdateWorkScheduleOptions = CallOptions & {
  /** Why, such as "Wrap day". */
  readonly description?: string
  /** For this project only; excludes `user`. Default: for the studio. */
  readonly project?: EntityRef<'Project'>
  /** For this person only. */
  readonly user?: EntityRef<'HumanUser'>
  /** Which field of the Tasks around that day gives way. Default: as the site is set. */
  readonly recalculateField?: 'due_date' | 'duration'
}

/** The day as it is now. */
export type ChangedWorkDay = {
  readonly date: string
  readonly working: boolean
  readonly description: string | null
  readonly project: Link | null
  readonly user: Link | null
}

/** Which days are worked. */
export interface SiteWorkSchedule {
  /**
   * Every day of a range, both ends included, and whether it is worked. Days are text: `2026-05-02`.
   * @example
   * const days = await site.workSchedule('2026-05-01', '2026-05-31', { project })
   * const worked = Object.values(days).filter((day) => day.working).length
   */
  workSchedule(startDate: string, endDate: string, options?: WorkScheduleOptions): Promise<WorkSchedule>

  /**
   * Make one day worked or free. The site moves the Tasks around it.
   * @example
   * await site.updateWorkSchedule('2026-05-02', true, { project, description: 'Crunch' })
   */
  updateWorkSchedule(date: string, working: boolean, options?: UpdateWorkScheduleOptions): Promise<ChangedWorkDay>
}

const days: z.ZodType<WorkSchedule> = z.record(
  z.string(),
  z.looseObject({ working: z.boolean(), reason: z.string(), description: z.string().nullable() }),
)
const link = z.custom<Link>(isLink, 'expected { type, id }').nullable()
const changed: z.ZodType<ChangedWorkDay> = z.looseObject({
  date: z.string(),
  working: z.boolean(),
  description: z.string().nullable(),
  project: link,
  user: link,
})

/** The work schedule calls of one scope. */
export function createWorkSchedule(scope: Scope): SiteWorkSchedule {
  return {
    workSchedule: async (startDate, endDate, options = {}) => {
      const argument = {
        start_date: checkDay(startDate, 'startDate'),
        end_date: checkDay(endDate, 'endDate'),
        ...buildOwners(options),
      }
      const what = 'read of the work schedule'
      const results = await callSite(scope, { method: 'work_schedule_read', what, argument, repeatable: true }, options)
      return parseShape(days, results, what, 'days')
    },
    updateWorkSchedule: async (date, working, options = {}) => {
      const day = checkDay(date, 'date')
      if (typeof working !== 'boolean') {
        throw new SiteUsageError('SITE_CALL_INVALID', `working is ${JSON.stringify(working)}: expected true or false.`)
      }
      const owners = buildOwners(options)
      if (owners.project !== null && owners.user !== null) {
        throw new SiteUsageError('SITE_CALL_INVALID', 'project and user exclude each other: a day is changed for one.')
      }
      const { description = null, recalculateField = null } = options
      const argument = { date: day, working, description, ...owners, recalculate_field: recalculateField }
      const what = `change of the work day ${day}`
      const owner = owners.project ?? owners.user
      const attempted = {
        operation: 'updateWorkSchedule',
        entityType: owner?.type ?? 'WorkSchedule',
        ...(owner !== null && { entityId: owner.id }),
        fields: [day],
      } as const
      const parse = (results: unknown): ChangedWorkDay => parseShape(changed, results, what, 'the changed day')
      return await sendWrite(
        scope,
        { call: { method: 'work_schedule_update', what, argument }, attempted: [attempted], parse },
        options,
      )
    },
  }
}

function buildOwners({ project, user }: WorkScheduleOptions) {
  return {
    project: project === undefined ? null : buildRef(project),
    user: user === undefined ? null : buildRef(user),
  }
}
