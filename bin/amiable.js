#!/usr/bin/env node
// Starts Amiable on a Node that is new enough. Plain JavaScript for old Nodes: they have to be able to read it.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OLDEST = 24
/** Files of compiled code, of some kilobytes each, for one version of Node. */
const MOST_COMPILED = 5000
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

// What V8 made of our files and of those of libraries is kept for the next start, and for the sandbox's process. Not in
// node_modules: a server that ends writes it once more, and an `npm ci` at that moment could not remove the folder.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../.cache/compiled', import.meta.url))
boundCompiled(process.env.NODE_COMPILE_CACHE)
module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE)

if (Number(process.versions.node.split('.')[0]) >= OLDEST) {
  await import(pathToFileURL(main).href)
} else {
  const shipped = fileURLToPath(new URL(`../node_modules/node-linux-${process.arch}/bin/node`, import.meta.url))
  if (process.platform === 'linux' && existsSync(shipped) && !isMusl()) passOn(shipped)
  else explain()
}

function passOn(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', explain)
  child.on('exit', (code, signal) => {
    if (signal) process.kill(process.pid, signal)
    else process.exit(code ?? 1)
  })
}

/** Handlers that changed leave theirs behind; Node removes nothing. */
function boundCompiled(folder) {
  try {
    for (const name of readdirSync(folder)) {
      const version = join(folder, name)
      if (readdirSync(version).length > MOST_COMPILED) rmSync(version, { recursive: true, force: true })
    }
  } catch {
    // not there yet, or somebody else's
  }
}

function isMusl() {
  return !process.report?.getReport?.().header?.glibcVersionRuntime
}

function explain() {
  const where = `${process.platform} ${process.arch}${process.platform === 'linux' && isMusl() ? ' (musl)' : ''}`
  console.error(
    [
      `Amiable needs Node ${OLDEST} or newer. This is Node ${process.versions.node} on ${where}.`,
      process.platform === 'linux' && !isMusl()
        ? 'Run "npm ci" in the checkout: it brings a Node of its own for Linux on x64 and arm64.'
        : `Amiable brings its own Node only for Linux with glibc. Install Node ${OLDEST} (https://nodejs.org, fnm, nvm, your package manager) and try again.`,
    ].join('\n'),
  )
  process.exit(1)
}
