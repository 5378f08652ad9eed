import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = join(dirname(createRequire(import.meta.url).resolve('lucide-static/package.json')), 'icons')
const cache = new Map<string, string>()

/** An icon of the lucide set, as inline SVG that screen readers skip. */
export function icon(name: string): string {
  let svg = cache.get(name)
  if (svg === undefined) {
    svg = readFileSync(join(folder, `${name}.svg`), 'utf8')
      .replace(/<!--.*?-->\s*/s, '')
      .replace(/\s+class="[^"]*"/, '')
      .replace('<svg', '<svg class="icon" aria-hidden="true"')
      .replace(/\s+/g, ' ')
      .trim()
    cache.set(name, svg)
  }
  return svg
}
