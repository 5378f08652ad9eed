import { Argument, Command } from 'commander'
import { exitOnSignals } from './parts/at-exit.ts'
import { type BenchResult, isMet } from './parts/result.ts'
import { formatResult } from './parts/table.ts'

/** Name to what it measures. */
const benches = {
  clicks: () => import('./clicks.ts'),
  report: () => import('./report.ts'),
  start: () => import('./start.ts'),
  types: () => import('./types.ts'),
  site: () => import('./site.ts'),
  files: () => import('./site-files.ts'),
}
type Name = keyof typeof benches
const all = Object.keys(benches) as Name[]

exitOnSignals()

new Command('npm run bench --')
  .description('measure what docs/bench.md claims, on this machine')
  .addArgument(new Argument('[names...]', 'what to measure; everything by default').choices(all))
  .option('--json', 'for programs')
  .action(async (names: readonly Name[], { json = false }: { json?: boolean }) => {
    const results: Partial<Record<Name, BenchResult>> = {}
    for (const name of names.length > 0 ? names : all) {
      process.stderr.write(`measuring ${name} …\n`)
      const { bench } = await benches[name]()
      const result = await bench()
      results[name] = result
      if (!json) process.stdout.write(`\n${formatResult(result)}\n`)
    }
    process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : verdictOn(Object.values(results)))
  })
  .parse()

/** Machines differ, so a target that is missed is said, and is no failure. */
function verdictOn(results: readonly BenchResult[]): string {
  const missed = results.flatMap(({ claims }) => claims).filter((claim) => isMet(claim) === false).length
  if (missed === 0) return 'Every target is met on this machine.\n'
  return `${missed} ${missed === 1 ? 'target is' : 'targets are'} NOT met on this machine.\n`
}
