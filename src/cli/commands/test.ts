import { spawn } from 'node:child_process'
import { Command } from 'commander'

export function runTests(): Command {
  return new Command('test')
    .description('run the tests of handlers, on the Node that Amiable runs on: that of npm may be too old to find them')
    .argument('[files...]', 'default: every test below this folder, as "node --test" finds them')
    .action(async (files: string[]) => {
      const child = spawn(process.execPath, ['--test', ...files], { stdio: 'inherit' })
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
      process.exitCode = await new Promise<number>((resolve, reject) => {
        child.on('error', reject)
        child.on('exit', (code) => resolve(code ?? 1))
      })
    })
}
