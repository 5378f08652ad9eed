import type { TextStyle } from '../text/layout.ts'

/** Neutral inks and lines. */
export const ink = {
  strong: '#111827',
  text: '#1f2937',
  muted: '#6b7280',
  link: '#1d4ed8',
  line: '#e5e7eb',
  lineStrong: '#9ca3af',
  fill: '#f3f4f6',
} as const

/** Steps of the 4-point scale. */
export const step = { xs: 4, s: 8, m: 12, l: 16, xl: 24, xxl: 32 } as const

/** The type scale. Sizes and line heights in points. */
export const type = {
  title: { size: 26, lineHeight: 32, color: ink.strong, weight: 'semibold' },
  heading: { size: 14, lineHeight: 20, color: ink.strong, weight: 'semibold' },
  subheading: { size: 10.5, lineHeight: 16, color: ink.strong, weight: 'semibold' },
  body: { size: 9, lineHeight: 14, color: ink.text, weight: 'regular' },
  strong: { size: 9, lineHeight: 14, color: ink.strong, weight: 'semibold' },
  label: { size: 7.5, lineHeight: 12, color: ink.muted, weight: 'regular' },
  smallStrong: { size: 7.5, lineHeight: 12, color: ink.strong, weight: 'semibold' },
  small: { size: 6.5, lineHeight: 10, color: ink.muted, weight: 'regular' },
  badge: { size: 7.5, lineHeight: 12, color: ink.text, weight: 'semibold' },
  eyebrow: { size: 10.5, lineHeight: 16, color: ink.muted, weight: 'regular' },
  footer: { size: 7.5, lineHeight: 12, color: ink.muted, weight: 'regular' },
} as const satisfies Record<string, TextStyle>
