import { Command, InvalidArgumentError } from 'commander'
import { AppError } from '../../errors.ts'

export function sandbox(): Command {
  return new Command('sandbox')
    .description('start a local site with demo data, for trying things')
    .option(
      '--port <number>',
      'where it listens, on 127.0.0.1; 0 takes any free one',
      parsePort,
      Number(process.env.SANDBOX_PORT || 8810),
    )
    .option('--seed <file>', 'JSON file with entities, users and scripts of your own: see docs/sandbox.md')
    .option('--empty', 'without the demo data')
    .action(async ({ port, seed, empty }: { port: number; seed?: string; empty?: boolean }) => {
      const { startSandbox } = await import('../../sandbox/serve.ts') // heavy; other commands do without
      const running = await startSandbox({
        port,
        ...(seed ? { seedFile: seed } : {}),
        ...(empty ? { empty } : {}),
      }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
          throw new AppError('PORT_IN_USE', `Port ${port} is taken by another program.`, { cause: error })
        if ((error as Error).name === 'SeedError')
          throw new AppError('SEED_INVALID', (error as Error).message, { cause: error })
        throw error
      })
      let closing = false
      const stop = (): void => {
        if (closing) process.exit(1)
        closing = true
        void running.close().then(() => process.exit(0))
      }
      if (process.send) {
        // Started by "amiable start": its end is our end, and its terminal's Ctrl-C is its business.
        process.on('disconnect', stop)
        process.on('SIGINT', () => {})
        process.on('SIGTERM', stop)
        process.send({ ready: running.url })
        return
      }
      process.on('SIGINT', stop)
      process.on('SIGTERM', stop)
      process.stdout.write(
        [
          '',
          `  Sandbox site  ${running.url}/`,
          '  Sign-ins      admin / sandbox · artist / sandbox · script amiable / sandbox-script-key',
          '  Its data is made anew at each start. Stop with Ctrl-C.',
          '',
          '',
        ].join('\n'),
      )
    })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port < 65_536) return port
  throw new InvalidArgumentError('expected a port number between 1 and 65535, or 0 for any.')
}
