// What "npm test" runs. Plain JavaScript, so that an old Node can say what is missing instead of a syntax error.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `The tests need Node 24 or newer. This is Node ${process.versions.node} on ${process.platform} ${process.arch}. "npm ci" brings a new one for Linux with glibc on x64 and arm64; elsewhere install it yourself.`,
  )
  process.exit(1)
}

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
if (!existsSync(vitest)) {
  console.error('The tests need the development dependencies: run "npm ci" first.')
  process.exit(1)
}

const child = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', vitest, 'run', ...process.argv.slice(2)],
  { stdio: 'inherit' },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
