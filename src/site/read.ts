import type { FindAllOptions, FindOptions, QueryOptions } from './call-types.ts'
import type { Scope } from './connection.ts'
import { SiteProtocolError } from './errors/index.ts'
import type { Filters } from './filter-types.ts'
import { readPages } from './paging.ts'
import { buildQuery, checkCount } from './query.ts'
import { parseRecord } from './records.ts'
import type { SiteInfo } from './result-types.ts'
import { callSite } from './rpc.ts'
import type { Shared } from './shared.ts'
import { createShare } from './sharing.ts'
import type { Row } from './types.ts'
import type { WireValue } from './values.ts'

export type Reader = ReturnType<typeof createReader>

type Page = { readonly rows: unknown[]; readonly hasNextPage: boolean }
type Target = { readonly entityType: string; readonly query: { [key: string]: WireValue } }
type Paging = { readonly perPage: number; readonly page: number; readonly wantsNext: boolean }

/** The reading calls of one scope. */
export function createReader(scope: Scope, info: Shared<SiteInfo>) {
  const share = createShare<unknown[]>()

  /** Rows as they came. */
  const readPage = async ({ entityType, query }: Target, paging: Paging, options: QueryOptions): Promise<Page> => {
    const what = describeRead(entityType)
    const argument = {
      ...query,
      paging: { entities_per_page: paging.perPage, current_page: paging.page },
      return_paging_info_without_counts: paging.wantsNext,
    }
    const results = await callSite(scope, { method: 'read', what, argument, repeatable: true }, options)
    const { entities, hasNextPage } = parsePage(results, what, paging.wantsNext)
    return { rows: entities, hasNextPage }
  }

  const parseRows = <T extends string, F extends string>(entityType: T, rows: readonly unknown[]): Row<T, F>[] => {
    const what = describeRead(entityType)
    return rows.map((row) => parseRecord<T, F>(row, entityType, scope.connection.settings, what))
  }

  /** One answer for identical reads of one tick, unless the caller may want to end theirs alone. */
  const readOnce = (
    { query }: Target,
    how: readonly (string | number)[],
    options: QueryOptions,
    read: () => Promise<unknown[]>,
  ): Promise<unknown[]> =>
    options.signal === undefined ? share(JSON.stringify([how, options.timeoutMs, query]), read) : read()

  const maxPerPage = async (options: QueryOptions): Promise<number> =>
    (await info.get(scope, options)).maxEntitiesPerPage

  const find = async <T extends string, F extends string = never>(
    entityType: T,
    filters: Filters,
    fields: readonly F[] = [],
    options: FindOptions = {},
  ): Promise<Row<T, F>[]> => {
    const target = { entityType, query: buildQuery({ entityType, filters, fields, options }) }
    const limit = checkCount(options.limit ?? 0, 'limit')
    const page = checkCount(options.page ?? 0, 'page')
    const read = async (): Promise<unknown[]> => {
      const most = await maxPerPage(options)
      const perPage = limit === 0 ? most : Math.min(limit, most)
      if (page > 0 || (limit > 0 && limit <= most)) {
        return (await readPage(target, { perPage, page: page || 1, wantsNext: false }, options)).rows
      }
      const found: unknown[] = []
      for await (const rows of readPages(limit, options.signal, (number, signal) =>
        readPage(target, { perPage, page: number, wantsNext: true }, { ...options, signal }),
      )) {
        for (const row of rows) found.push(row)
      }
      return found
    }
    return parseRows<T, F>(entityType, await readOnce(target, ['find', limit, page], options, read))
  }

  const findOne = async <T extends string, F extends string = never>(
    entityType: T,
    filters: Filters,
    fields: readonly F[] = [],
    options: QueryOptions = {},
  ): Promise<Row<T, F> | undefined> => {
    const target = { entityType, query: buildQuery({ entityType, filters, fields, options }) }
    const read = async (): Promise<unknown[]> =>
      (await readPage(target, { perPage: 1, page: 1, wantsNext: false }, options)).rows
    return parseRows<T, F>(entityType, await readOnce(target, ['findOne'], options, read))[0]
  }

  async function* findAll<T extends string, F extends string = never>(
    entityType: T,
    filters: Filters,
    fields: readonly F[] = [],
    options: FindAllOptions = {},
  ): AsyncGenerator<Row<T, F>, void, undefined> {
    const target = { entityType, query: buildQuery({ entityType, filters, fields, options }) }
    const limit = checkCount(options.limit ?? 0, 'limit')
    const wanted = options.pageSize === undefined ? undefined : checkCount(options.pageSize, 'pageSize', 1)
    const most = await maxPerPage(options)
    const perPage = Math.min(wanted ?? most, most, limit || most)
    for await (const rows of readPages(limit, options.signal, (page, signal) =>
      readPage(target, { perPage, page, wantsNext: true }, { ...options, signal }),
    )) {
      yield* parseRows<T, F>(entityType, rows)
    }
  }

  return { find, findOne, findAll }
}

function describeRead(entityType: string): string {
  return `read of ${entityType}`
}

function parsePage(results: unknown, what: string, wantsNext: boolean): { entities: unknown[]; hasNextPage: boolean } {
  if (typeof results === 'object' && results !== null && 'entities' in results && Array.isArray(results.entities)) {
    const entities: unknown[] = results.entities
    if (!wantsNext) return { entities, hasNextPage: false }
    const paging = 'paging_info' in results ? results.paging_info : undefined
    if (
      typeof paging === 'object' &&
      paging !== null &&
      'has_next_page' in paging &&
      typeof paging.has_next_page === 'boolean'
    ) {
      // A page without rows ends the list, whatever the site says about the next: else it might never end.
      return { entities, hasNextPage: paging.has_next_page && entities.length > 0 }
    }
    // Rows would be missing without a sign if this counted as the last page.
    throw new SiteProtocolError('SITE_ANSWER_INVALID', `The ${what} was answered without paging_info.has_next_page.`)
  }
  throw new SiteProtocolError('SITE_ANSWER_INVALID', `The ${what} was answered without a list of entities.`)
}
