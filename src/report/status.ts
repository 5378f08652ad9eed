/** What a status means to a reader, whatever a site calls it. */
export type Tone = 'waiting' | 'progress' | 'review' | 'approved' | 'rejected' | 'neutral'

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

function toneNames(): readonly (keyof typeof codes)[] {
  return ['waiting', 'progress', 'review', 'approved', 'rejected']
}
