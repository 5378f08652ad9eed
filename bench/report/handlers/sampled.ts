import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { defineHandler, type Report } from 'amiable'
import versionReport from '../../../handlers/version-report.ts'

/** Blocks of the report between two collections. */
const EVERY = 50

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** The version report in a small executor, which notes how much memory it holds after a collection, at most. */
export default defineHandler({
  ...versionReport,
  title: 'Version report, sampled',
  memoryMb: 96,
  async run(context) {
    const result = await versionReport.run(context)
    if (typeof result !== 'object' || result.kind !== 'pdf') throw new Error('expected a PDF')
    let peakBytes = 0
    const sample = (): void => {
      collect()
      const { heapUsed, external } = process.memoryUsage()
      peakBytes = Math.max(peakBytes, heapUsed + external)
    }
    return {
      ...result,
      async draw(report) {
        sample()
        await result.draw(afterEvery(report, EVERY, sample))
        sample()
        await writeFile(join(context.scratch, 'peak.json'), JSON.stringify({ peakBytes }))
      },
    }
  },
})

/** The same report, with something done after every so many of its blocks. */
function afterEvery(report: Report, every: number, then: () => void): Report {
  let blocks = 0
  return new Proxy(report, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        const drawn: unknown = Reflect.apply(value, target, args)
        if (!(drawn instanceof Promise)) return drawn // pictures
        return drawn.then((result: unknown) => {
          blocks += 1
          if (blocks % every === 0) then()
          return result
        })
      }
    },
  })
}
