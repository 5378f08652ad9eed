/** Undo something afterwards: once, and also when the bench is interrupted or fails. `undo` cannot wait. */
export function atExit(undo: () => void): Disposable {
  const onExit = (): void => undo()
  process.once('exit', onExit)
  return {
    [Symbol.dispose]() {
      process.off('exit', onExit)
      undo()
    },
  }
}

/** Make signals leave by way of what is to be undone. */
export function exitOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
}
