import type { Json } from '../json.ts'

/**
 * The name of a person follows from first and last name, and the other way round when only it was written.
 * `known` holds the first and last name that the person has so far.
 */
export function withNames(
  type: string,
  written: ReadonlyMap<string, Json>,
  known: { readonly firstname?: Json | undefined; readonly lastname?: Json | undefined } = {},
): ReadonlyMap<string, Json> {
  if (type !== 'HumanUser') return written
  const all = new Map(written)
  const name = written.get('name')
  if (written.has('firstname') || written.has('lastname')) {
    const parts = [written.get('firstname') ?? known.firstname, written.get('lastname') ?? known.lastname]
    if (name === undefined) all.set('name', parts.filter((part) => typeof part === 'string').join(' ') || null)
  } else if (typeof name === 'string') {
    const [first, ...rest] = name.split(/\s+/)
    all.set('firstname', first ?? null)
    all.set('lastname', rest.length === 0 ? null : rest.join(' '))
  }
  return all
}
