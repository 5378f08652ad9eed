import type { FormField } from '../handlers/params/fields.ts'
import type { Registry } from '../handlers/registry.ts'
import type { RunRecord } from '../runs/find.ts'
import type { Runs } from '../runs/runs.ts'
import { words } from '../words.ts'

/** Entities listed on a run's page; the counts tell of all. */
const MAX_ROWS = 1000

/** What a run's page shows beside the result: what was filled in, and what became of each entity. */
export async function runDetails(run: RunRecord, runs: Runs, registry: Pick<Registry, 'find'>) {
  return { items: await itemsOf(run, runs), asked: askedOf(run, registry.find(run.handler)?.params) }
}

async function itemsOf({ id, itemCounts: counts }: RunRecord, runs: Runs) {
  if (!counts) return undefined
  const rows = await runs.listItems(id, MAX_ROWS)
  return { counts, rows, more: counts.done + counts.failed + counts.skipped - rows.length }
}

/** Labels and values; fields that the handler has no more are shown by name. */
function askedOf({ params }: RunRecord, fields: readonly FormField[] = []): { label: string; value: string }[] {
  return Object.entries(params ?? {}).map(([name, value]) => {
    const field = fields.find((one) => one.name === name)
    return { label: field?.label ?? name, value: valueText(value, field) }
  })
}

function valueText(value: unknown, field: FormField | undefined): string {
  if (typeof value === 'boolean') return value ? words.items.yes : words.items.no
  if (Array.isArray(value)) return value.map((one) => valueText(one, field)).join(', ')
  if (value === null || value === undefined) return ''
  return field?.options?.find((option) => option.value === value)?.label ?? String(value)
}
