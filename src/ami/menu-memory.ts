import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { itemFields } from './menu-items.ts'
import type { KnownItem } from './menu-plan.ts'

const Item = z.object({
  handler: z.string(),
  token: z.string().nullable(),
  declared: z.array(z.enum(itemFields)),
})

const MenuFile = z.object({
  version: z.literal(1),
  /** By address of the site, for ids mean nothing on another one. */
  sites: z.record(z.string(), z.object({ publicUrl: z.string(), items: z.record(z.string(), Item) })),
})
type MenuFile = z.infer<typeof MenuFile>

/** What is remembered of the items that were registered from here: no secret, only fingerprints of tokens. */
export interface MenuMemory {
  /** The public URL that they were registered with; undefined before the first time. */
  readonly publicUrl: string | undefined
  readonly items: ReadonlyMap<number, KnownItem>
  /** The file is there and cannot be used: what was in it is forgotten. */
  readonly isBroken: boolean
}

/** What `<dataDir>/menu.json` holds of this site. */
export function readMenuMemory(dataDir: string, siteUrl: string): MenuMemory {
  const { content, isBroken } = readMenuFile(dataDir)
  const site = content.sites[keyOf(siteUrl)]
  const items = Object.entries(site?.items ?? {}).map(([id, item]) => [Number(id), item] as const)
  return { publicUrl: site?.publicUrl, items: new Map(items), isBroken }
}

/** Remember these items instead of the earlier ones. For this user's eyes only, and whole or not at all. */
export function writeMenuMemory(
  dataDir: string,
  siteUrl: string,
  { publicUrl, items }: { publicUrl: string; items: ReadonlyMap<number, KnownItem> },
): void {
  const { content } = readMenuFile(dataDir)
  const sites = { ...content.sites, [keyOf(siteUrl)]: { publicUrl, items: Object.fromEntries(items) } }
  const text = `${JSON.stringify({ version: 1, sites }, null, 2)}\n`
  const file = fileIn(dataDir)
  const draft = `${file}.${process.pid}`
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  try {
    writeFileSync(draft, text, { mode: 0o600, flush: true })
    renameSync(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
}

function readMenuFile(dataDir: string): { content: MenuFile; isBroken: boolean } {
  const nothing: MenuFile = { version: 1, sites: {} }
  let text: string
  try {
    text = readFileSync(fileIn(dataDir), 'utf8')
  } catch (error) {
    return { content: nothing, isBroken: (error as NodeJS.ErrnoException).code !== 'ENOENT' }
  }
  try {
    return { content: MenuFile.parse(JSON.parse(text)), isBroken: false }
  } catch {
    return { content: nothing, isBroken: true }
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'menu.json')
}

function keyOf(siteUrl: string): string {
  return new URL(siteUrl).origin
}
