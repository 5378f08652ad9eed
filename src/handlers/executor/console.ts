import { Console } from 'node:console'
import { Writable } from 'node:stream'
import type { ExecutorEvent, LogLine } from '../envelope.ts'

/** What handlers print with `console` becomes log lines of their run. */
export function captureConsole(emit: (event: ExecutorEvent) => void): void {
  const to = (level: LogLine['level']): Writable =>
    new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        emit({ kind: 'log', line: { atMs: Date.now(), level, text: String(chunk).trimEnd().slice(0, 8000) } })
        done()
      },
    })
  globalThis.console = new Console({ stdout: to('info'), stderr: to('warn') })
}
