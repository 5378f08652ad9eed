import type { Json, JsonObject } from '../json.ts'
import type { EntityRef } from '../refs.ts'
import type { SandboxSite } from '../site.ts'
import { linkTo } from '../store/links.ts'
import { formatDate, parseDate } from '../values/date.ts'
import { inspect } from '../values/inspect.ts'
import { parseRef } from '../values/link.ts'
import { malformed } from './params.ts'

const MAX_DAYS = 36_600 // a century, so that no answer outgrows memory

/** Every day from `start_date` to `end_date`, both included: is it worked, and why. Throws a `Fault`. */
export function readWorkSchedule(site: SandboxSite, params: JsonObject): JsonObject {
  const method = 'work_schedule_read'
  const [start, end] = [dayParam(method, 'start_date', params), dayParam(method, 'end_date', params)]
  const owners = {
    project: ownerParam(method, 'project', 'Project', params),
    user: ownerParam(method, 'user', 'HumanUser', params),
  }
  const days = (Date.parse(end) - Date.parse(start)) / 86_400_000 + 1
  if (days > MAX_DAYS) throw malformed(method, `this sandbox site answers at most ${MAX_DAYS} days at once`)
  const schedule: Record<string, JsonObject> = {}
  for (let offset = 0; offset < days; offset += 1) {
    const day = formatDate(new Date(Date.parse(start) + offset * 86_400_000))
    const { working, reason, description } = site.workDays.find(day, owners)
    schedule[day] = { working, reason, description }
  }
  return schedule
}

/** Makes one day an exception of the studio, a project or a person. No Task is moved by it. Throws a `Fault`. */
export function updateWorkSchedule(site: SandboxSite, params: JsonObject): JsonObject {
  const method = 'work_schedule_update'
  const date = dayParam(method, 'date', params)
  const { working, description = null, recalculate_field: recalculate = null } = params
  if (typeof working !== 'boolean') throw malformed(method, `invalid/missing boolean 'working': ${inspect(working)}`)
  if (description !== null && typeof description !== 'string') {
    throw malformed(method, `invalid string 'description': ${inspect(description)}`)
  }
  if (recalculate !== null && recalculate !== 'due_date' && recalculate !== 'duration') {
    throw malformed(
      method,
      `invalid 'recalculate_field': ${inspect(recalculate)}. Valid values: ["due_date", "duration"]`,
    )
  }
  const project = ownerParam(method, 'project', 'Project', params)
  const user = ownerParam(method, 'user', 'HumanUser', params)
  if (project !== null && user !== null) throw malformed(method, "'project' and 'user' exclude each other")
  site.workDays.setException(project ?? user, date, { working, description })
  return { date, working, description, project: linkOrNull(site, project), user: linkOrNull(site, user) }
}

function dayParam(method: string, name: string, params: JsonObject): string {
  const value = params[name]
  const day = typeof value === 'string' ? parseDate(value) : undefined
  if (day !== undefined) return day
  throw malformed(method, `invalid/missing date '${name}': ${inspect(value)}. Correct format is: 2011-01-21`)
}

function ownerParam(method: string, name: string, type: string, params: JsonObject): EntityRef | null {
  const value = params[name]
  if (value === undefined || value === null) return null
  const ref = parseRef(method, value)
  if (ref.type !== type) throw malformed(method, `invalid '${name}': ${inspect(value)}`)
  return { type, id: ref.id }
}

function linkOrNull(site: SandboxSite, ref: EntityRef | null): Json {
  return ref === null ? null : (linkTo(site, ref) ?? null)
}
