/** How a report looks as a whole, and what it says about itself. */
export interface ReportOptions {
  /** Document title: in the viewer's window, in the footer, in the file's properties. Default `Report`. */
  title?: string
  /** Who made it, as a name. */
  author?: string
  /** The report's clock. Default: now. Same input and same date give the same bytes. */
  date?: Date | number
  /** Paper. Default `A4`. */
  size?: 'A3' | 'A4' | 'A5' | 'LETTER' | 'LEGAL' | 'TABLOID'
  /** Default `portrait`. */
  layout?: 'portrait' | 'landscape'
  /** Quiet line at the head of every page after the first, such as project and title. Default: none. */
  header?: { readonly left?: string; readonly right?: string }
  /** Quiet line at the foot of every page, beside "Page x of y". Default: the title. */
  footer?: string
  /** BCP 47 language of the document, for screen readers. Default `en`. */
  language?: string
  /** Compress the pages. Default true; off makes a file that can be compared as text. */
  compress?: boolean
  /** Stops the writing when aborted. */
  signal?: AbortSignal
}

/** What `writeReport` wrote. */
export interface ReportSummary {
  readonly bytes: number
  readonly pages: number
}
