import { Console } from 'node:console'
import { Writable } from 'node:stream'
import type { LogLine } from '../events.ts'
import type { RunChannel } from './run-channel.ts'

/** What handlers print with `console` becomes log lines of the run that is under way; between runs nobody would read it. */
export function captureConsole(current: () => RunChannel | undefined): void {
  const to = (level: LogLine['level']): Writable =>
    new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        current()?.print(level, String(chunk).trimEnd())
        done()
      },
    })
  globalThis.console = new Console({ stdout: to('info'), stderr: to('warn') })
}
