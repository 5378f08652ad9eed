import type { Site } from '../site/index.ts'
import { textOf } from './values.ts'

/** What reading needs; a handler's context has it all. */
export interface NameReader {
  /** Of any schema. */
  readonly site: Pick<Site, 'find' | 'findOne' | 'schema'>
  readonly signal: AbortSignal
  readonly log: { warn(fields: object, text: string): void }
}

/**
 * Names of statuses, by their codes: as the type's status field shows them, else as the site's Status entities are named.
 * What cannot be read is missing, and the log says so.
 *
 * @param codes  those in use, such as `apr`
 */
export async function readStatusNames(
  { site, signal, log }: NameReader,
  entityType: string,
  codes: Iterable<string>,
): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  try {
    const schema = await site.schema.fields(entityType, 'sg_status_list', { signal })
    const shown = schema.sg_status_list?.properties.display_values?.value
    for (const [code, name] of Object.entries(Object(shown))) if (typeof name === 'string') names.set(code, name)
    const unnamed = [...new Set(codes)].filter((code) => !names.has(code))
    if (unnamed.length === 0) return names
    for (const row of await site.find('Status', [['code', 'in', unnamed]], ['code', 'name'], { signal })) {
      const [code, name] = [textOf(row.code), textOf(row.name)]
      if (code !== undefined && name !== undefined) names.set(code, name)
    }
  } catch (error) {
    signal.throwIfAborted()
    log.warn({ err: error }, 'status names cannot be read; their codes are printed')
  }
  return names
}

/** Name of the person who clicked; the login when it cannot be read, and the log says so. */
export async function readPersonName(
  { site, signal, log }: NameReader,
  user: { readonly id: number; readonly login: string },
): Promise<string> {
  try {
    const person = await site.findOne('HumanUser', [['id', 'is', user.id]], ['name'], { signal })
    return textOf(person?.name) ?? user.login
  } catch (error) {
    signal.throwIfAborted()
    log.warn({ err: error }, "the person's name cannot be read; the login is printed")
    return user.login
  }
}
