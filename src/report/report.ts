/** What a handler draws on: blocks, from top to bottom. */
export interface Report {
  /** Printable width in points. */
  readonly width: number
}
