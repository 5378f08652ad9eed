import type { Handler } from '../../src/handlers/define.ts'
import { buildContext } from '../../src/handlers/executor/live-context.ts'
import { openRunChannel } from '../../src/handlers/executor/run-channel.ts'
import { writeReport } from '../../src/report/index.ts'
import type { Site } from '../../src/site/index.ts'
import { buildEnvelope } from '../helpers/envelope.ts'
import { temporaryPdf } from './poppler.ts'

/** What is clicked, and how. */
export interface ReportClick {
  readonly site: Site
  readonly entityType?: string
  readonly ids: readonly number[]
  /** Given to the handler as they are; else its defaults. */
  readonly params?: Readonly<Record<string, unknown>>
  readonly signal?: AbortSignal
}

/** What the person is told of one entity. */
export interface ToldItem {
  readonly type: string
  readonly id: number
  readonly name?: string | undefined
  readonly status: string
  readonly why?: string | undefined
}

/** Click a handler that makes a PDF, and write what it draws, uncompressed. */
export async function clickReport(handler: Handler, { site, entityType = 'Version', ids, ...click }: ReportClick) {
  const logged: { level: string; text: string }[] = []
  const progress: [number, number][] = []
  const items: ToldItem[] = []
  const person = await site.findOne('HumanUser', [], ['name']).catch(() => undefined)
  const base = buildEnvelope('report')
  const envelope = buildEnvelope('report', {
    context: { ...base.context, entityType, selectedIds: [...ids], user: { id: person?.id ?? 0, login: 'mira' } },
    site: { ...base.site, url: site.url },
  })
  const channel = openRunChannel(envelope.runId, (event) => {
    if (event.kind === 'log') logged.push(event.line)
    if (event.kind === 'items') items.push(...event.items)
  })
  const parsed = await handler.params?.safeParseAsync(click.params ?? {})
  if (parsed?.success === false) throw parsed.error
  const context = buildContext(envelope, {
    site,
    signal: click.signal ?? new AbortController().signal,
    channel,
    fields: [],
    params: parsed?.data,
  })
  const tell = (done: number, total: number) => void progress.push([done, total])
  const result = await handler.run({ ...context, progress: Object.assign(tell, { item: channel.progress.item }) })
  if (typeof result !== 'object' || result.kind !== 'pdf') throw new Error('expected a PDF')
  const path = await temporaryPdf()
  const summary = await writeReport(path, result.draw, { ...result.options, signal: context.signal, compress: false })
  channel.close()
  return { path, ...summary, options: result.options, logged, progress, items, person }
}
