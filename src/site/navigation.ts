import { z } from 'zod'
import type { Scope } from './connection.ts'
import { buildEntityFields, type EntityFields } from './entity-fields.ts'
import type { CallOptions } from './options.ts'
import { checkName } from './query.ts'
import { callSite, type RpcCall } from './rpc.ts'
import { fieldValue, parseShape } from './shape.ts'
import type { EntityRef, FieldObject, FieldValue } from './types.ts'
import { buildRef } from './write-payload.ts'

export type NavSearchOptions = CallOptions & {
  /** The field that leads from the entities at the ends of the tree to its nodes, such as `Version.entity`. */
  readonly seedEntityField?: string
}

export type NavExpandOptions = NavSearchOptions & {
  /** Fields of the entities in the tree, per type. */
  readonly entityFields?: EntityFields
}

/** The tree of a site's navigation. Its vendor calls it unofficial, so answers are handed on as they come. */
export interface SiteNavigation {
  /**
   * One node of the tree with its children.
   * @example
   * const { label, children } = await site.navExpand('/Project/12', { seedEntityField: 'Version.entity' })
   */
  navExpand(path: string, options?: NavExpandOptions): Promise<FieldObject>

  /** Nodes below a path whose label has the text in it. @example await site.navSearchString('/Project/12', 'LH_0') */
  navSearchString(rootPath: string, searchString: string, options?: NavSearchOptions): Promise<FieldValue>

  /** Nodes below a path that stand for an entity. @example await site.navSearchEntity('/Project/12', shot) */
  navSearchEntity(rootPath: string, entity: EntityRef, options?: NavSearchOptions): Promise<FieldValue>
}

const node = z.record(z.string(), fieldValue)

/** The navigation of one scope. */
export function createNavigation(scope: Scope): SiteNavigation {
  const ask = async <T>(
    shape: z.ZodType<T>,
    { method, what, argument }: Omit<RpcCall, 'repeatable'>,
    options: CallOptions,
  ): Promise<T> => {
    const results = await callSite(scope, { method, what, argument, repeatable: true }, options)
    return parseShape(shape, results, what, 'a part of the navigation')
  }

  const search = (rootPath: string, criteria: object, options: NavSearchOptions): Promise<FieldValue> => {
    checkName(rootPath, 'The root path')
    const argument = {
      root_path: rootPath,
      seed_entity_field: options.seedEntityField ?? null,
      search_criteria: criteria,
    }
    const what = `search of the navigation below ${rootPath}`
    return ask(fieldValue, { method: 'nav_search', what, argument }, options)
  }
  return {
    navExpand: async (path, options = {}) => {
      checkName(path, 'The path')
      const argument = {
        path,
        seed_entity_field: options.seedEntityField ?? null,
        entity_fields: buildEntityFields(options.entityFields),
      }
      return ask(node, { method: 'nav_expand', what: `read of the navigation at ${path}`, argument }, options)
    },
    navSearchString: async (rootPath, searchString, options = {}) => {
      checkName(searchString, 'The text')
      return search(rootPath, { search_string: searchString }, options)
    },
    navSearchEntity: async (rootPath, entity, options = {}) => search(rootPath, { entity: buildRef(entity) }, options),
  }
}
