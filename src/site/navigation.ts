import { z } from 'zod'
import type { Scope } from './connection.ts'
import { buildEntityFields, type EntityFields } from './entity-fields.ts'
import type { CallOptions } from './options.ts'
import { checkName } from './query.ts'
import { callSite } from './rpc.ts'
import { fieldValue, parseShape } from './shape.ts'
import type { EntityRef, FieldObject } from './types.ts'
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
  navSearchString(rootPath: string, searchString: string, options?: NavSearchOptions): Promise<FieldObject>

  /** Nodes below a path that stand for an entity. @example await site.navSearchEntity('/Project/12', shot) */
  navSearchEntity(rootPath: string, entity: EntityRef, options?: NavSearchOptions): Promise<FieldObject>
}

const node = z.record(z.string(), fieldValue)

/** The navigation of one scope. */
export function createNavigation(scope: Scope): SiteNavigation {
  const ask = async (method: string, what: string, argument: object, options: CallOptions): Promise<FieldObject> =>
    parseShape(node, await callSite(scope, { method, what, argument, repeatable: true }, options), what, 'an object')

  const search = (rootPath: string, criteria: object, options: NavSearchOptions): Promise<FieldObject> => {
    checkName(rootPath, 'The root path')
    const argument = {
      root_path: rootPath,
      seed_entity_field: options.seedEntityField ?? null,
      search_criteria: criteria,
    }
    return ask('nav_search', `search of the navigation below ${rootPath}`, argument, options)
  }
  return {
    navExpand: async (path, options = {}) => {
      checkName(path, 'The path')
      const argument = {
        path,
        seed_entity_field: options.seedEntityField ?? null,
        entity_fields: buildEntityFields(options.entityFields),
      }
      return ask('nav_expand', `read of the navigation at ${path}`, argument, options)
    },
    navSearchString: async (rootPath, searchString, options = {}) => {
      checkName(searchString, 'The text')
      return search(rootPath, { search_string: searchString }, options)
    },
    navSearchEntity: async (rootPath, entity, options = {}) => search(rootPath, { entity: buildRef(entity) }, options),
  }
}
