import { randomBytes } from 'node:crypto'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from './parts/folder.ts'
import { freePort, openHelper, startServer } from './parts/processes.ts'
import type { BenchResult, Claim } from './parts/result.ts'
import { median } from './parts/statistics.ts'
import type { Measured, Transfer, TransferMethods, Way } from './site-files/transfer.ts'

const MB = 1024 * 1024
const LARGE_BYTES = 200 * MB
/** Two parts: what a part needs is there before the measurement begins. */
const SMALL_BYTES = 24 * MB
const ROUNDS = 3

const ways = {
  form: 'Upload through the site',
  storage: 'Upload straight to the storage, in parts',
  stream: 'Upload of a stream to the storage, in parts',
  download: 'Download to a file',
} as const satisfies Record<Way, string>

/** Large files between the site client and a sandbox: how much memory each side needs for them. */
export async function bench(): Promise<BenchResult> {
  await using stack = new AsyncDisposableStack()
  const { path: folder } = stack.use(temporaryFolder())
  await writeFile(join(folder, 'seed.json'), JSON.stringify(seed))
  await writeRandom(join(folder, 'large.mov'), LARGE_BYTES)
  await writeRandom(join(folder, 'small.mov'), SMALL_BYTES)
  const port = await freePort()
  const seedArgs = ['--empty', '--seed', join(folder, 'seed.json')]
  const sandbox = stack.use(
    await startServer([process.execPath, 'bin/amiable.js', 'sandbox', '--port', String(port), ...seedArgs], {
      env: { TMPDIR: folder },
      port,
      readyPath: '/health',
      logFile: join(folder, 'log'),
    }),
  )
  const run = async (way: Way, ids: readonly [number, number]): Promise<Measured> => {
    await using helper = await openHelper<TransferMethods>(new URL('./site-files/transfer.ts', import.meta.url))
    const given = way === 'download' ? ['got.mov', 'got-small.mov'] : ['large.mov', 'small.mov']
    const [path = '', warmUpPath = ''] = given.map((name) => join(folder, name))
    const transfer: Transfer = { siteUrl: sandbox.url, way, path, warmUpPath, attachmentIds: ids }
    return await helper.methods.transfer(transfer)
  }

  const rounds = new Map<Way, Measured[]>()
  const siteBytes: number[] = []
  const { attachmentId: first } = await run('form', [0, 0]) // the small one came before it
  const before = await residentBytes(sandbox.pid)
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const way of ['form', 'storage', 'stream', 'download'] as const) {
      const measured = await run(way, [first, first - 1])
      rounds.set(way, [...(rounds.get(way) ?? []), measured])
    }
    siteBytes.push((await peakBytes(sandbox.pid)) - before)
  }

  const claims = Object.entries(ways).flatMap(([way, claim]): Claim[] => {
    const measured = [...rounds].flatMap(([one, all]) => (one === way ? all : []))
    return [
      {
        claim: `${claim}: memory at its peak above before`,
        figure: Math.max(...measured.map(({ growthBytes }) => growthBytes)) / MB,
        unit: 'MB',
        target: { most: 64 },
      },
      { claim: '  time', figure: median(measured.map(({ tookMs }) => tookMs)) / 1000, unit: 's' },
    ]
  })
  return {
    title: 'Files',
    claims: [
      ...claims,
      {
        claim: 'The sandbox site meanwhile: memory at its peak above before',
        figure: Math.max(...siteBytes) / MB,
        unit: 'MB',
        target: { most: 64 },
      },
    ],
    breakdown: [],
    notes: [
      `${LARGE_BYTES / MB} MB of chance, ${ROUNDS} rounds in turns, each transfer in a process of its own that has moved ${SMALL_BYTES / MB} MB before.`,
      'Memory is the resident memory that the system counts, the highest of all rounds; times are medians.',
    ],
  }
}

const seed = {
  entities: [
    { type: 'Project', id: 1, name: 'Harbour' },
    { type: 'Shot', id: 1, code: 'HB_010', project: { type: 'Project', id: 1 } },
    { type: 'Version', id: 1, code: 'HB_010_v001', project: { type: 'Project', id: 1 } },
  ],
  info: { s3_direct_uploads_enabled: true, s3_enabled_upload_types: { Version: ['sg_uploaded_movie'] } },
}

async function writeRandom(path: string, sizeBytes: number): Promise<void> {
  await using file = await open(path, 'w')
  for (let written = 0; written < sizeBytes; written += MB) await file.write(randomBytes(MB))
}

/** NaN where the system does not tell: only Linux does. */
function residentBytes(pid: number): Promise<number> {
  return readStatus(pid, 'VmRSS')
}

function peakBytes(pid: number): Promise<number> {
  return readStatus(pid, 'VmHWM')
}

async function readStatus(pid: number, key: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN) * 1024
}
