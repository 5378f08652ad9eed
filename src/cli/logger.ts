import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

/** Nobody reads faster, and a write for each line of a busy server costs. */
const FLUSH_MS = 200

/** Log lines on standard error: for people in a terminal, JSON elsewhere. Secrets and the addresses of runs and forms are struck out. */
export function createLogger({
  level,
  secrets,
  destination = standardError(),
}: {
  level: string
  secrets: readonly string[]
  destination?: DestinationStream
}): Logger {
  const strike = (text: string): string =>
    secrets
      .reduce((struck, secret) => (secret ? struck.replaceAll(secret, '•••') : struck), text)
      .replace(/\/([rf])\/[\w-]{43}/g, '/$1/•••')
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, hooks: { streamWrite: strike } },
    destination,
  )
}

function standardError(): DestinationStream {
  return process.stderr.isTTY
    ? pretty({ destination: 2, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', sync: true })
    : pino.destination({ dest: 2, sync: false, minLength: 8192, periodicFlush: FLUSH_MS }) // flushed at the end too
}
