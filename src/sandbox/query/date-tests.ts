import { Fault } from '../fault.ts'
import { calendarDays, formatDate, formatDateTime, shift, type TimeUnit, timeUnits } from '../values/date.ts'
import { inspect } from '../values/inspect.ts'
import { type Condition, one, two, type ValueTest } from './condition.ts'
import { wrongClass } from './operands.ts'

const calendarUnits = {
  in_calendar_day: 'DAY',
  in_calendar_week: 'WEEK',
  in_calendar_month: 'MONTH',
  in_calendar_year: 'YEAR',
} as const

/**
 * The relations that count from now; undefined for the others. A window holds both its ends:
 * for a `date`, `in_last 1 DAY` is yesterday and today, and the calendar is that of UTC.
 */
export function compileDateTest(condition: Condition): ValueTest | undefined {
  const { site, field, positive } = condition
  if (positive === 'in_last' || positive === 'in_next') {
    const [count, unit] = countAndUnit(condition)
    const now = site.now()
    const ends = positive === 'in_last' ? [shift(now, -count, unit), now] : [now, shift(now, count, unit)]
    const [low, high] = ends.map(field.dataType === 'date' ? formatDate : formatDateTime)
    return (value) => typeof value === 'string' && value >= (low ?? '') && value <= (high ?? '')
  }
  if (!isCalendar(positive)) return undefined
  const offset = one(condition)
  if (typeof offset !== 'number' || !Number.isInteger(offset)) throw wrongClass(condition, ['Integer'], offset)
  const [first, last] = calendarDays(site.now(), calendarUnits[positive], offset)
  return (value) => {
    if (typeof value !== 'string') return false
    const day = value.slice(0, 10)
    return day >= first && day <= last
  }
}

function isCalendar(relation: string): relation is keyof typeof calendarUnits {
  return relation in calendarUnits
}

function countAndUnit(condition: Condition): [number, TimeUnit] {
  const { method, place, relation } = condition
  const [count, unit] = two(condition)
  const known = timeUnits.find((one) => one === unit)
  if (known === undefined) {
    throw new Fault(
      103,
      `API ${method}() ${place}'s '${relation}' 'relation' doesn't support the ` +
        `'${typeof unit === 'string' ? unit : inspect(unit)}' time unit. Valid time units: ${inspect(timeUnits)}`,
    )
  }
  if (typeof count !== 'number' || !Number.isInteger(count)) throw wrongClass(condition, ['Integer'], count)
  if (count < 1) {
    throw new Fault(103, `API ${method}() ${place}'s '${relation}' 'relation' expects a positive integer: ${count}`)
  }
  return [count, known]
}
