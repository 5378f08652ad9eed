import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { writeSchemaFile } from '../src/cli/schema-file.ts'
import { temporaryFolder } from './parts/folder.ts'
import { root } from './parts/processes.ts'
import type { BenchResult } from './parts/result.ts'
import { median } from './parts/statistics.ts'
import { writeCalls } from './types/calls.ts'
import { makeLargeSchema } from './types/large-schema.ts'

const ENTITY_TYPES = 120
const FIELDS = 80
/** Of five calls each. */
const GROUPS = 10
const ROUNDS = 7
const noCalls = `import type { Site } from 'amiable'\nexport type Ours = Site\n`

/** The compiler on a repository of handlers with a large studio's schema, as `amiable check` runs it. */
export async function bench(): Promise<BenchResult> {
  using folder = temporaryFolder()
  const schema = writeSchemaFile(makeLargeSchema(ENTITY_TYPES, FIELDS))
  const { text, calls } = writeCalls(ENTITY_TYPES, GROUPS)
  writeRepository(folder.path)
  const place = { schema: join(folder.path, 'site-schema.d.ts'), calls: join(folder.path, 'calls.ts') }

  writeFileSync(place.schema, schema.text)
  writeFileSync(place.calls, text.replaceAll(`'starts_with'`, `'starts_wit'`))
  const found = (await compile(folder.path)).mistakes
  if (found !== GROUPS) throw new Error(`${found} of ${GROUPS} mistakes were found: these types check nothing`)

  const rounds = []
  for (let at = 0; at < ROUNDS; at += 1) {
    writeFileSync(place.calls, text)
    const whole = await compile(folder.path)
    writeFileSync(place.calls, noCalls)
    const withoutCalls = await compile(folder.path)
    rmSync(place.schema)
    const bare = await compile(folder.path)
    writeFileSync(place.schema, schema.text)
    const mistakes = whole.mistakes + withoutCalls.mistakes + bare.mistakes
    if (mistakes > 0) throw new Error(`${mistakes} mistakes in what is right`)
    rounds.push({ whole: whole.seconds, withoutCalls: withoutCalls.seconds, bare: bare.seconds })
  }
  return {
    title: 'Types',
    claims: [
      {
        claim: `tsc --noEmit: ${calls} typed calls, ${ENTITY_TYPES} entity types × ${FIELDS} fields`,
        figure: median(rounds.map(({ whole }) => whole)),
        unit: 's',
        target: { most: 3 },
      },
      { claim: '  without the calls', figure: median(rounds.map(({ withoutCalls }) => withoutCalls)), unit: 's' },
      { claim: '  without the schema, too', figure: median(rounds.map(({ bare }) => bare)), unit: 's' },
    ],
    breakdown: [],
    notes: [
      `${ROUNDS} rounds in turns; medians. The schema is a file of ${(schema.text.length / 1024 / 1024).toFixed(1)} MB with ${schema.fields.toLocaleString('en')} fields.`,
    ],
  }
}

function writeRepository(folder: string): void {
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/amiable'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: 'amiable/tsconfig.handlers.json' }))
}

async function compile(cwd: string): Promise<{ seconds: number; mistakes: number }> {
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--pretty', 'false']
  const start = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, timeout: 120_000 }).catch(
    (error: { stdout: string }) => error,
  )
  return { seconds: (performance.now() - start) / 1000, mistakes: stdout.match(/error TS\d+/g)?.length ?? 0 }
}
