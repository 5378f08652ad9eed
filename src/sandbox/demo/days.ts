import { formatDate, formatDateTime } from '../values/date.ts'

const dayMs = 86_400_000

/** Days around the one on which the demo is made: everything in it is recent, whenever it is made. */
export type Days = {
  /** `YYYY-MM-DD`, so many days after today (before it, when negative). */
  day(offset: number): string
  /** `YYYY-MM-DDTHH:MM:SSZ`, on that day at that hour, which may be a fraction. */
  time(offset: number, hour: number): string
}

export function daysAround(now: Date): Days {
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())
  return {
    day: (offset) => formatDate(new Date(midnight + offset * dayMs)),
    time: (offset, hour) => formatDateTime(new Date(midnight + offset * dayMs + hour * 3_600_000)),
  }
}
