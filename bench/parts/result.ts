/** One measured claim: how large it came out, and what was aimed at. */
export interface Claim {
  readonly claim: string
  readonly figure: number
  readonly unit: Unit
  readonly target?: { readonly least: number } | { readonly most: number }
}

/** A ratio has the unit `×`. */
export type Unit = '×' | 'ms' | 's' | 'MB' | '/s' | '%' | ''

/** What one bench found out. */
export interface BenchResult {
  readonly title: string
  readonly claims: readonly Claim[]
  /** What eats the rest. */
  readonly breakdown: readonly BreakdownTable[]
  readonly notes: readonly string[]
}

export interface BreakdownTable {
  readonly title: string
  readonly rows: readonly { readonly what: string; readonly figure: number; readonly unit: Unit }[]
}

/** Whether a figure is where it should be; undefined without a target. */
export function isMet({ figure, target }: Claim): boolean | undefined {
  if (target === undefined) return undefined
  return 'least' in target ? figure >= target.least : figure <= target.most
}
