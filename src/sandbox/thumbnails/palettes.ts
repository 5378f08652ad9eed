/** The colours of one picture, far to near. */
export type Palette = {
  readonly sky: readonly [string, string, string]
  readonly sun: string
  readonly far: string
  readonly mid: string
  readonly near: string
  readonly sea: readonly [string, string]
  readonly glow: string
  readonly paper: string
}

const dusk: readonly [Palette, ...Palette[]] = [
  {
    sky: ['#1d2b53', '#c8577a', '#ffb37a'],
    sun: '#ffe2b0',
    far: '#7a4a6e',
    mid: '#4b315c',
    near: '#231a38',
    sea: ['#a85a78', '#2a2450'],
    glow: '#ffd98a',
    paper: '#f4e3d0',
  },
  {
    sky: ['#24476b', '#e08a6d', '#f9d29d'],
    sun: '#fff1cf',
    far: '#8d6a78',
    mid: '#56506e',
    near: '#26304a',
    sea: ['#c98f7b', '#2d4a66'],
    glow: '#fff0b8',
    paper: '#f7ead6',
  },
  {
    sky: ['#3b2a5a', '#8e4b86', '#f3918f'],
    sun: '#ffd1c2',
    far: '#6c4a80',
    mid: '#43316a',
    near: '#1e1838',
    sea: ['#85508a', '#241f4e'],
    glow: '#ffcf9e',
    paper: '#f6dfe0',
  },
  {
    sky: ['#6fa3b8', '#bcd6d2', '#f5e9cf'],
    sun: '#fffdf0',
    far: '#92a9a9',
    mid: '#5d7d83',
    near: '#2b4a54',
    sea: ['#8fb8b8', '#2f6272'],
    glow: '#fff4c4',
    paper: '#f3f2e6',
  },
]

const storm: readonly [Palette, ...Palette[]] = [
  {
    sky: ['#0b1626', '#1d3a4f', '#3f6b74'],
    sun: '#d9f0ea',
    far: '#2f5260',
    mid: '#1b3444',
    near: '#08131f',
    sea: ['#356672', '#071521'],
    glow: '#ffe9a3',
    paper: '#d7e6e2',
  },
  {
    sky: ['#0d0f24', '#22285a', '#4d4f8a'],
    sun: '#e6e4ff',
    far: '#3a3c72',
    mid: '#22244e',
    near: '#0c0d22',
    sea: ['#3f427c', '#0b0c22'],
    glow: '#fff2b5',
    paper: '#e0e0f2',
  },
  {
    sky: ['#141b1e', '#33474a', '#74857c'],
    sun: '#eef2df',
    far: '#53655f',
    mid: '#2f403f',
    near: '#101a1c',
    sea: ['#5c716a', '#122023'],
    glow: '#ffd47a',
    paper: '#e3e6d8',
  },
  {
    sky: ['#04121c', '#0a3a4a', '#178079'],
    sun: '#c9fff0',
    far: '#11575c',
    mid: '#0a3843',
    near: '#031019',
    sea: ['#14716f', '#03141c'],
    glow: '#f7ffb5',
    paper: '#cfeee4',
  },
]

const interior: readonly [Palette, ...Palette[]] = [
  {
    sky: ['#2a1712', '#6b3a20', '#c9762f'],
    sun: '#ffd58a',
    far: '#8a4f2a',
    mid: '#52301f',
    near: '#1d100c',
    sea: ['#3f7a8a', '#18384a'],
    glow: '#ffcb6b',
    paper: '#f5dfb8',
  },
  {
    sky: ['#1c2420', '#3f5446', '#93a06a'],
    sun: '#f3efb9',
    far: '#5d7054',
    mid: '#35453a',
    near: '#121a16',
    sea: ['#7fb0a8', '#2c5560'],
    glow: '#ffe59a',
    paper: '#e9ead0',
  },
  {
    sky: ['#2b1626', '#6a2c44', '#c65a50'],
    sun: '#ffc2a0',
    far: '#8a3d4a',
    mid: '#4e2238',
    near: '#1c0d18',
    sea: ['#4e6d9a', '#1f2c55'],
    glow: '#ffb877',
    paper: '#f3d5c4',
  },
  {
    sky: ['#1a2236', '#3b4d6e', '#8f9bb0'],
    sun: '#f1efe4',
    far: '#56678a',
    mid: '#313f5c',
    near: '#111827',
    sea: ['#9bb3c8', '#3c5878'],
    glow: '#ffdc9c',
    paper: '#e4e6ec',
  },
]

export const moods = { dusk, storm, interior } as const
export type Mood = keyof typeof moods

/** Each sequence has its own light; sequences that are not known share them out. */
export function moodOf(sequence: string): Mood {
  const known: Readonly<Record<string, Mood>> = { LH: 'dusk', NS: 'storm', KR: 'interior' }
  const all = ['dusk', 'storm', 'interior'] as const
  return known[sequence] ?? all[[...sequence].length % 3] ?? 'dusk'
}
