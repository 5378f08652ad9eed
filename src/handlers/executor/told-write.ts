import type { WriteRecord } from '../../site/index.ts'
import { MAX_SENT_CHARS, MAX_TYPE_CHARS, type RunWrite } from '../events.ts'

const MAX_FIELDS = 100
const MAX_LIST = 20

/** A write of the site client as it is kept with the run: values as plain data, the long ones cut. */
export function toldWrite(write: WriteRecord, name: string | undefined): RunWrite {
  const { operation, entityType, entityId, values = {}, oldValues = {}, modes, outcome, error } = write
  const fields = Object.entries(values)
    .slice(0, MAX_FIELDS)
    .map(([field, value]) => {
      const mode = modes[field]
      return {
        field: field.slice(0, 200),
        to: cut(value),
        ...(Object.hasOwn(oldValues, field) ? { from: cut(oldValues[field]) } : {}),
        ...(mode === 'add' || mode === 'remove' ? { mode } : {}),
      }
    })
  return {
    atMs: write.at.getTime(),
    operation: operation.slice(0, 100),
    type: entityType.slice(0, MAX_TYPE_CHARS),
    ...(entityId === undefined ? {} : { id: entityId }),
    ...(name === undefined ? {} : { name: name.slice(0, MAX_SENT_CHARS) }),
    outcome,
    ...(error === undefined
      ? {}
      : { why: (error instanceof Error ? error.message : String(error)).slice(0, MAX_SENT_CHARS) }),
    fields,
  }
}

function cut(value: unknown): unknown {
  if (value === undefined) return null
  if (typeof value === 'string') return value.length > MAX_SENT_CHARS ? `${value.slice(0, MAX_SENT_CHARS)}…` : value
  if (Array.isArray(value))
    return value.length > MAX_LIST
      ? [...value.slice(0, MAX_LIST).map(cut), `… ${value.length - MAX_LIST} more`]
      : value.map(cut)
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value
  if ('type' in value && 'id' in value) {
    const { type, id } = value
    return { type, id, ...('name' in value && typeof value.name === 'string' ? { name: cut(value.name) } : {}) }
  }
  return cut(JSON.stringify(value))
}
