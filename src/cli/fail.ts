import { inspect } from 'node:util'
import { AppError } from '../errors.ts'

/** Print one readable block and leave with exit code 1. A stack is printed for our own mistakes only. */
export function failWith(error: unknown): never {
  process.stderr.write(`${describeFailure(error)}\n`)
  process.exit(1)
}

export function describeFailure(error: unknown): string {
  if (error instanceof AppError) {
    return [
      `\nerror: ${error.message.replaceAll('\n', '\n       ')}`,
      `  next  ${error.hint}`,
      `  code  ${error.code}\n`,
    ].join('\n')
  }
  if (error instanceof Error && 'hint' in error && 'code' in error) {
    return [`\nerror: ${error.message}`, `  next  ${String(error.hint)}`, `  code  ${String(error.code)}\n`].join('\n')
  }
  return `\nerror: ${inspect(error)}\n  next  This should not happen. Please report it with the lines above.\n`
}
