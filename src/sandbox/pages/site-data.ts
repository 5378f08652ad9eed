import type { FastifyRequest } from 'fastify'
import type { Json } from '../json.ts'
import type { EntityRef } from '../refs.ts'
import { readEntities } from '../rpc/read.ts'
import { createEntity, deleteEntity, reviveEntity, updateEntity } from '../rpc/write.ts'
import type { Actor, Entity, FilterCondition, SandboxSite } from '../site.ts'

const PAGE_SIZE = 500

export type ReadOptions = { filters?: readonly FilterCondition[]; sortBy?: string }

/** The site's entities in the name of one person: the few calls that pages need. */
export type SiteData = {
  readonly site: SandboxSite
  readonly actor: Actor
  readAll(type: string, fields: readonly string[], options?: ReadOptions): Entity[]
  find(ref: EntityRef, fields: readonly string[]): Entity | undefined
  create(type: string, values: Readonly<Record<string, Json>>): Entity
  update(ref: EntityRef, values: Readonly<Record<string, Json>>): Entity
  retire(ref: EntityRef): boolean
  revive(ref: EntityRef): boolean
}

/** Changes carry the session uuid of the window that asked, so that it can see them live. */
export function openData(
  site: SandboxSite,
  request: FastifyRequest,
  user: EntityRef,
  sessionUuid: string | null = null,
): SiteData {
  const actor = site.actorFor(
    { type: user.type, id: user.id },
    { sessionUuid, baseUrl: `${request.protocol}://${request.host}` },
  )
  const readAll: SiteData['readAll'] = (type, fields, { filters = [], sortBy } = {}) => {
    const entities: Entity[] = []
    for (let page = 1; ; page++) {
      const answer = readEntities(site, actor, {
        type,
        return_fields: fields,
        filters: { logical_operator: 'and', conditions: filters },
        ...(sortBy ? { sorts: [{ field_name: sortBy, direction: 'asc' }] } : {}),
        paging: { entities_per_page: PAGE_SIZE, current_page: page },
        return_only: 'active',
        api_return_image_urls: true,
      })
      entities.push(...answer.entities)
      if (answer.entities.length < PAGE_SIZE) return entities
    }
  }
  const writes = (values: Readonly<Record<string, Json>>) =>
    Object.entries(values).map(([field_name, value]) => ({ field_name, value }))
  return {
    site,
    actor,
    readAll,
    find: ({ type, id }, fields) =>
      readAll(type, fields, { filters: [{ path: 'id', relation: 'is', values: [id] }] })[0],
    create: (type, values) => createEntity(site, actor, { type, fields: writes(values) }),
    update: ({ type, id }, values) => updateEntity(site, actor, { type, id, fields: writes(values) }),
    retire: ({ type, id }) => deleteEntity(site, actor, { type, id }),
    revive: ({ type, id }) => reviveEntity(site, actor, { type, id }),
  }
}

/** For what the site's own pages must know whoever looks: people, groups, menu items. Never writes. */
export function systemData(site: SandboxSite, request: FastifyRequest): SiteData {
  return openData(site, request, { type: 'HumanUser', id: 0 })
}

/** The id and name of a link field, if it is one. */
export function linkOf(value: Json | undefined): { type: string; id: number; name: string } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('id' in value)) return undefined
  const { type, id, name } = value
  if (typeof type !== 'string' || typeof id !== 'number') return undefined
  return { type, id, name: typeof name === 'string' ? name : `${type} ${id}` }
}

export function linksOf(value: Json | undefined): { type: string; id: number; name: string }[] {
  return Array.isArray(value) ? value.flatMap((item: Json) => linkOf(item) ?? []) : []
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
