/** What a status means to a reader, whatever a site calls it. */
export type Tone = 'waiting' | 'progress' | 'review' | 'approved' | 'rejected' | 'neutral'

/** A status: its name and what it means. */
export interface Badge {
  readonly label: string
  readonly tone: Tone
}

/** How many of a whole have one status. */
export interface Share extends Badge {
  readonly count: number
}

/** Ink for words and marks, tint for the ground behind them; every pair passes WCAG AA. */
export const tones = {
  waiting: { ink: '#6b7280', tint: '#fafafa' },
  progress: { ink: '#2563eb', tint: '#eff6ff' },
  review: { ink: '#b45309', tint: '#fffbeb' },
  approved: { ink: '#15803d', tint: '#f0fdf4' },
  rejected: { ink: '#b91c1c', tint: '#fef2f2' },
  neutral: { ink: '#4b5563', tint: '#f9fafb' },
} as const satisfies Record<Tone, { ink: string; tint: string }>

/** The statuses that sites come with. `blk` is blocking, a pass of animation; `dis` is a disabled account. */
const codes: Readonly<Record<Exclude<Tone, 'neutral'>, readonly string[]>> = {
  waiting: ['wtg', 'rdy', 'hld', 'na', 'omt', 'opn', 'dis'],
  progress: ['ip', 'act', 'blk', 'plsh', 'out'],
  review: ['rev', 'vwd', 'pndng', 'cbb', 'rsk'],
  approved: ['apr', 'fin', 'cmpt', 'dlvr', 'clsd', 'res', 'cfrm'],
  rejected: ['rej', 'rrq', 'late'],
}
const toneByCode = new Map<string, Tone>(
  toneNames().flatMap((tone) => codes[tone].map((code): [string, Tone] => [code, tone])),
)

/** Tone of a status by its short code, such as `apr`. A code of the studio's own is neutral. */
export function toneOf(statusCode: string | null | undefined): Tone {
  return toneByCode.get(statusCode ?? '') ?? 'neutral'
}

/**
 * A status as reports show it.
 *
 * @param names  by code, as `readStatusNames` gives them
 */
export function badgeOf(statusCode: string | null | undefined, names: ReadonlyMap<string, string>): Badge {
  const label = statusCode ? (names.get(statusCode) ?? statusCode) : 'No status'
  return { label, tone: toneOf(statusCode) }
}

/** How many have which status: from what is settled to what is not, within that the most frequent first. */
export function sharesOf(
  statusCodes: Iterable<string | null | undefined>,
  names: ReadonlyMap<string, string>,
): Share[] {
  const groups = Map.groupBy(statusCodes, (code) => code ?? '')
  return Array.from(groups, ([code, group]) => ({ ...badgeOf(code, names), count: group.length })).sort(
    (a, b) => toneOrder.indexOf(a.tone) - toneOrder.indexOf(b.tone) || b.count - a.count,
  )
}

const toneOrder: readonly Tone[] = ['approved', 'review', 'progress', 'rejected', 'waiting', 'neutral']

function toneNames(): readonly (keyof typeof codes)[] {
  return ['waiting', 'progress', 'review', 'approved', 'rejected']
}
