import { isList, isObject } from '../json.ts'

/** A value as the site spells it inside messages: `nil`, `"text"`, `[1, 2]`, `{"id"=>5}`. At most 300 characters. */
export function inspect(value: unknown): string {
  const text = spell(value)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

function spell(value: unknown): string {
  if (value === null || value === undefined) return 'nil'
  if (isList(value)) return `[${value.slice(0, 50).map(spell).join(', ')}]`
  if (isObject(value)) {
    const pairs = Object.entries(value).slice(0, 50)
    return `{${pairs.map(([key, item]) => `${JSON.stringify(key)}=>${spell(item)}`).join(', ')}}`
  }
  return JSON.stringify(value)
}

/** The site's name for the class of a JSON value: `String`, `Integer`, `NilClass`, … */
export function classOf(value: unknown): string {
  if (value === null || value === undefined) return 'NilClass'
  if (typeof value === 'string') return 'String'
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Float'
  if (typeof value === 'boolean') return value ? 'TrueClass' : 'FalseClass'
  return Array.isArray(value) ? 'Array' : 'Hash'
}
