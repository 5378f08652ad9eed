import { errorTable } from '../errors.ts'
import type { Progress, ScratchFile } from '../handlers/outcome.ts'
import type { RunRecord } from '../runs/find.ts'
import type { ItemCounts } from '../runs/items.ts'
import type { LiveRun } from '../runs/live.ts'
import type { RunStatus } from '../store/tables.ts'
import { words } from '../words.ts'

/** A run as programs see it: what `/r/<token>/state` answers. */
export interface RunState {
  readonly run: string
  readonly handler: string
  readonly title: string
  readonly status: RunStatus
  readonly statusText: string
  readonly progress?: Progress
  /** It was asked to stop and has not yet. */
  readonly cancelling?: true
  /** How many entities ended how, as far as the handler tells it. */
  readonly items?: ItemCounts
  readonly createdMs: number
  readonly startedMs?: number
  readonly finishedMs?: number
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string }
  readonly result?: {
    readonly kind: string
    readonly name?: string
    readonly type?: string
    readonly bytes?: number
    readonly url?: string
    readonly text?: string
  }
}

const settledStatuses: ReadonlySet<RunStatus> = new Set(['succeeded', 'failed', 'cancelled', 'interrupted'])

export function isSettled(status: RunStatus): boolean {
  return settledStatuses.has(status)
}

export function stateOf(run: RunRecord, live: LiveRun | undefined, token: string): RunState {
  const status = isSettled(run.status) ? run.status : (live?.status ?? run.status)
  const progress = live?.progress ?? run.progress
  const items = live?.itemCounts ?? run.itemCounts
  const startedMs = live?.startedMs ?? run.startedMs
  return {
    run: run.id,
    handler: run.handler,
    title: run.title,
    status,
    statusText: words.status[status],
    createdMs: run.createdMs,
    ...(progress ? { progress } : {}),
    ...(items ? { items } : {}),
    ...((live?.isCancelled || run.cancelAsked) && !isSettled(status) ? { cancelling: true } : {}),
    ...(startedMs ? { startedMs } : {}),
    ...(run.finishedMs ? { finishedMs: run.finishedMs } : {}),
    ...(run.error ? { error: { ...run.error, hint: errorTable[run.error.code].hint } } : {}),
    ...(run.outcome ? { result: resultOf(run.outcome, token) } : {}),
  }
}

const HTML = 'text/html; charset=utf-8'

/** Where the file of a run is. */
export function fileUrl(token: string, file: ScratchFile): string {
  return `/r/${token}/files/${encodeURIComponent(file.name)}`
}

function resultOf(outcome: NonNullable<RunRecord['outcome']>, token: string): NonNullable<RunState['result']> {
  switch (outcome.kind) {
    case 'file': {
      const { name, type, bytes } = outcome.file
      return { kind: 'file', name, type, bytes, url: fileUrl(token, outcome.file) }
    }
    case 'short-html':
      return { kind: 'html', type: HTML, bytes: Buffer.byteLength(outcome.html), url: `/r/${token}` }
    case 'html':
      return {
        kind: 'html',
        name: outcome.file.name,
        type: outcome.file.type,
        bytes: outcome.file.bytes,
        url: `/r/${token}`,
      }
    case 'redirect':
      return { kind: 'redirect', url: outcome.url }
    case 'message':
      return { kind: 'message', text: outcome.text }
    case 'nothing':
      return { kind: 'nothing' }
  }
}
