import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Files that tell what is installed: npm, pnpm and yarn, and what each writes when it is done. */
const INSTALLED = [
  'package.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'node_modules/.package-lock.json',
  'node_modules/.modules.yaml',
  'node_modules/.yarn-state.yml',
]

/** The folder of the nearest package.json, from `dir` upwards. */
export function findPackage(dir: string): string | undefined {
  return findUpwards(dir, 'package.json')
}

/** Files beside the nearest package.json that change when other packages are installed. They need not exist. */
export function installFiles(folder: string): string[] {
  const found = findPackage(folder)
  return found === undefined ? [join(folder, 'package.json')] : INSTALLED.map((name) => join(found, name))
}

/** The nearest folder, from `dir` upwards, that has `name` in it. */
export function findUpwards(dir: string, name: string): string | undefined {
  for (let at = dir; ; at = dirname(at)) {
    if (existsSync(join(at, name))) return at
    if (at === dirname(at)) return undefined
  }
}
