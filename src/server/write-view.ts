import type { RunWrite } from '../handlers/events.ts'
import { words } from '../words.ts'

/** One row of what a run changed: a field of an entity, or an entity without fields. */
export interface WriteView {
  readonly type: string
  readonly id: number | undefined
  readonly name: string
  readonly field: string
  readonly before: string
  readonly after: string
  readonly outcome: RunWrite['outcome']
  readonly why: string
}

export function viewWrites(writes: readonly RunWrite[]): WriteView[] {
  return writes.flatMap((write) => {
    const { type, id, outcome, why = '' } = write
    const name = write.name ?? (id === undefined ? type : `${type} ${id}`)
    const shared = { type, id, name, outcome, why }
    const verb = words.writes.operations[write.operation] ?? write.operation
    if (write.fields.length === 0) return [{ ...shared, field: '', before: '', after: verb }]
    return write.fields.map(({ field, from, to, mode }) => ({
      ...shared,
      field,
      before: write.operation === 'create' ? words.writes.isNew : from === undefined ? '' : textOf(from),
      after: mode === undefined ? textOf(to) : words.writes[mode](textOf(to)),
    }))
  })
}

/** A value of a field as people read it. */
function textOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return words.writes.empty
  if (typeof value === 'boolean') return value ? words.items.yes : words.items.no
  if (Array.isArray(value)) return value.length === 0 ? words.writes.empty : value.map(textOf).join(', ')
  if (typeof value === 'object' && 'type' in value && 'id' in value)
    return 'name' in value ? String(value.name) : `${value.type} ${value.id}`
  return String(value)
}
