/* The stages of a click one by one, in a process of their own: what each costs in processor time. */
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import workerpool from 'workerpool'
import { type ClickRules, readClick, verifyClick } from '../../src/ami/click.ts'
import { decodeForm } from '../../src/ami/form.ts'
import type { ClickContext } from '../../src/handlers/envelope.ts'
import { Manifest } from '../../src/handlers/manifest.ts'
import { startRunner } from '../../src/handlers/runner/runner.ts'
import { createRecorder } from '../../src/runs/recorder.ts'
import type { NewRun } from '../../src/runs/rows.ts'
import { storableJson } from '../../src/runs/storable.ts'
import { openStore } from '../../src/store/open.ts'
import { readCpuTimes } from '../parts/cpu.ts'
import { root } from '../parts/processes.ts'
import { signedForm } from './forms.ts'

const COUNT = 3000
const HANDLER = 'one-line'
const SLOTS = 4

/** Milliseconds of processor time for one click. */
export interface Stage {
  readonly what: string
  readonly ms: number
}

/** @param concurrency  clicks that are recorded at one time */
async function measureStages(folder: string, secret: string, concurrency: number): Promise<Stage[]> {
  const rules: ClickRules = { secret, environment: 'main', maxAgeMs: 3_600_000 }
  const manifest = Manifest.parse({ name: HANDLER, file: '', title: 'One line' })
  const bodies = Array.from({ length: COUNT }, () => Buffer.from(signedForm(HANDLER, secret, Date.now())))
  const forms = bodies.map((body) => decodeForm(body))
  const clicks = forms.map((form) => verifyClick(HANDLER, form, rules))
  const contexts = clicks.map((click) => readClick(click, manifest, rules, Date.now()))
  const stages: Stage[] = []
  const measure = async (what: string, work: (at: number) => unknown, parallel = 1): Promise<void> => {
    const before = process.cpuUsage()
    let next = 0
    const worker = async (): Promise<void> => {
      for (let at = next++; at < COUNT; at = next++) await work(at)
    }
    await Promise.all(Array.from({ length: parallel }, worker))
    const { user, system } = process.cpuUsage(before)
    stages.push({ what, ms: (user + system) / 1000 / COUNT })
  }

  await measure('decode the form', (at) => decodeForm(bodies[at] ?? Buffer.alloc(0)))
  await measure('verify the signature', (at) => verifyClick(HANDLER, forms[at] ?? [], rules))
  await measure('parse the payload', (at) => clicks[at] && readClick(clicks[at], manifest, rules, Date.now()))
  await measureStore(measure, { folder, contexts, concurrency })
  stages.push(...(await measureExecutor(measure, { folder, contexts })))
  return stages
}

type Measure = (what: string, work: (at: number) => unknown, parallel?: number) => Promise<void>

async function measureStore(
  measure: Measure,
  { folder, contexts, concurrency }: { folder: string; contexts: readonly ClickContext[]; concurrency: number },
): Promise<void> {
  const store = await openStore({ dataDir: folder })
  const recorder = createRecorder(store.db, pino({ level: 'silent' }))
  const rows = contexts.map(rowOf)
  await measure(
    `record the run, in groups of up to ${concurrency}`,
    (at) => rows[at] && recorder.insert(rows[at]),
    concurrency,
  )
  await measure(
    'record its end, in groups',
    (at) =>
      rows[at] &&
      recorder.patch({
        id: rows[at].id,
        status: 'succeeded',
        startedMs: 1,
        finishedMs: 2,
        outcome: { kind: 'nothing' },
      }),
    concurrency,
  )
  await recorder.close()
  await store.close()
}

/** The executors' own time is that of other processes. */
async function measureExecutor(
  measure: Measure,
  { folder, contexts }: { folder: string; contexts: readonly ClickContext[] },
): Promise<Stage[]> {
  const scratch = join(folder, 'scratch')
  await mkdir(scratch)
  const runner = await startRunner({ handlersDir: join(root, 'bench/handlers'), slots: SLOTS })
  const execute = async (at: number): Promise<void> => {
    const context = contexts[at]
    if (!context) return
    const answer = await runner.execute(
      {
        v: 1,
        runId: randomUUID(),
        handler: HANDLER,
        context,
        site: { url: 'http://127.0.0.1:1', scriptName: 'amiable', scriptKey: 'none' },
        scratch,
        attempt: 1,
        nowMs: Date.now(),
        timeZone: 'UTC',
        timeoutMs: 60_000,
      },
      () => {},
    )
    if (!answer.ok) throw new Error(answer.message)
  }
  try {
    for (let at = 0; at < COUNT / 4; at += 1) await execute(at)
    const before = readCpuTimes(process.pid).get('executors') ?? 0
    await measure('hand the run to an executor and take its answer', execute, SLOTS)
    const seconds = (readCpuTimes(process.pid).get('executors') ?? 0) - before
    return seconds > 0 ? [{ what: 'the run in its executor', ms: (seconds * 1000) / COUNT }] : []
  } finally {
    await runner.close()
  }
}

function rowOf(context: ClickContext): NewRun {
  return {
    id: randomUUID(),
    token_hash: randomUUID(),
    click_key: randomUUID(),
    handler: HANDLER,
    title: 'One line',
    status: 'queued',
    entity_type: context.entityType,
    selected_count: context.selectedIds.length,
    user_id: context.user.id,
    user_login: context.user.login,
    project_id: null,
    project_name: null,
    page_title: null,
    context: storableJson(context),
    params: null,
    instance_id: 'bench',
    attempt: 1,
    created_ms: Date.now(),
    started_ms: null,
    finished_ms: null,
    progress: null,
    outcome: null,
    item_counts: null,
    error_code: null,
    error_message: null,
  }
}

const methods = { measureStages }
export type Stages = typeof methods

workerpool.worker(methods)
