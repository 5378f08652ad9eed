import type { Readable } from 'node:stream'
import type { Report, ReportOptions } from '../report/index.ts'

/** What a handler may return. Made by the functions below; nothing else is accepted. */
export type Result = HtmlResult | PageResult | MessageResult | FileResult | PdfResult | RedirectResult

export interface HtmlResult {
  readonly kind: 'html'
  readonly html: string
}
export interface PageResult {
  readonly kind: 'page'
  readonly template: string
  readonly data: Readonly<Record<string, unknown>>
}
export interface MessageResult {
  readonly kind: 'message'
  readonly text: string
  readonly links: readonly { readonly text: string; readonly url: string }[]
  readonly table?: MessageTable
}
export interface MessageTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | boolean | null)[])[]
}
export interface FileResult {
  readonly kind: 'file'
  readonly source: FileSource
  readonly name?: string
  readonly type?: string
  readonly inline: boolean
}
export interface PdfResult {
  readonly kind: 'pdf'
  readonly draw: (report: Report) => Promise<void> | void
  readonly options: PdfOptions
}
export interface RedirectResult {
  readonly kind: 'redirect'
  readonly url: string
}

/** A path (text), bytes, or a stream. */
export type FileSource = string | Uint8Array | Readable | AsyncIterable<Uint8Array | string>

/** A whole HTML page of your own. It is shown in a sandbox, apart from Amiable's own pages. */
export function html(text: string): HtmlResult {
  return { kind: 'html', html: text }
}

/** A page from a template: `templates/<name>.eta` beside your handlers, else one that Amiable ships. Values are escaped. */
export function page(template: string, data: Readonly<Record<string, unknown>> = {}): PageResult {
  return { kind: 'page', template, data }
}

/** A sentence for the person, with links or a small table if that helps. */
export function message(
  text: string,
  extras: { links?: MessageResult['links']; table?: MessageTable } = {},
): MessageResult {
  return { kind: 'message', text, links: extras.links ?? [], ...(extras.table ? { table: extras.table } : {}) }
}

/**
 * A file. It is downloaded, or with `inline: true` shown by the browser if it can.
 *
 * @param source  path, bytes or stream
 * @param options `name` as the person will see it (default: PROJECT_handler_date_time), `type` a MIME type (default: by the name)
 */
export function file(source: FileSource, options: { name?: string; type?: string; inline?: boolean } = {}): FileResult {
  const { inline = false, ...rest } = options
  return { kind: 'file', source, inline, ...rest }
}

export interface PdfOptions extends ReportOptions {
  /** File name; default PROJECT_handler_date_time.pdf. */
  name?: string
  /** Shown in the browser (default) or downloaded. */
  inline?: boolean
}

/** A PDF drawn with Amiable's report blocks. */
export function pdf(draw: PdfResult['draw'], options: PdfOptions = {}): PdfResult {
  return { kind: 'pdf', draw, options }
}

type CsvValue = string | number | boolean | null | undefined
type CsvRow = Readonly<Record<string, CsvValue>>

export interface CsvOptions {
  /** File name; default PROJECT_handler_date_time.csv. */
  name?: string
  /** Keys of the rows in their order, with the heading of the column if it is another one. Default: the keys of the first row. */
  columns?: readonly (string | { key: string; title: string })[]
  /**
   * Default `,`. Spreadsheets of countries that write 1,5 expect `;`, and then numbers are written with a comma too.
   */
  separator?: ',' | ';' | '\t'
}

/**
 * A CSV file. Written with a byte order mark, so that spreadsheets read it as UTF-8; text that they would run as a formula
 * gets an apostrophe before it.
 *
 * @param rows  a list, or anything that can be iterated: then no more than a row is in memory
 */
export function csv(rows: Iterable<CsvRow> | AsyncIterable<CsvRow>, options: CsvOptions = {}): FileResult {
  const { name, columns, separator = ',' } = options
  return file(csvLines(rows, columns, separator), {
    type: 'text/csv; charset=utf-8',
    ...(name ? { name } : {}),
  })
}

async function* csvLines(
  rows: Iterable<CsvRow> | AsyncIterable<CsvRow>,
  given: CsvOptions['columns'],
  separator: ',' | ';' | '\t',
): AsyncGenerator<string> {
  const line = (cells: readonly CsvValue[]): string =>
    `${cells.map((cell) => csvCell(cell ?? '', separator)).join(separator)}\r\n`
  let columns = given?.map((column) => (typeof column === 'string' ? { key: column, title: column } : column))
  yield '\uFEFF'
  if (columns) yield line(columns.map(({ title }) => title))
  for await (const row of rows) {
    if (!columns) {
      columns = Object.keys(row).map((key) => ({ key, title: key }))
      yield line(columns.map(({ title }) => title))
    }
    yield line(columns.map(({ key }) => row[key]))
  }
}

/** Send the person's browser elsewhere: an absolute http(s) address, or a path on the site. */
export function redirect(url: string): RedirectResult {
  return { kind: 'redirect', url }
}

function csvCell(value: string | number | boolean, separator: string): string {
  if (typeof value === 'number' && separator === ';') return String(value).replace('.', ',')
  // A leading =, +, -, @, tab or CR makes spreadsheets run text as a formula (OWASP, "CSV Injection").
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
