import { z } from 'zod'
import type { Scope } from './connection.ts'
import type { CallOptions } from './options.ts'
import { checkName } from './query.ts'
import { callSite } from './rpc.ts'
import { sendWrite } from './send-write.ts'
import { parseShape } from './shape.ts'
import { type EntityRef, isLink, type Link } from './types.ts'
import { buildRef } from './write-payload.ts'

export type FollowResult = { readonly followed: boolean; readonly user: Link; readonly entity: Link }
export type UnfollowResult = { readonly unfollowed: boolean; readonly user: Link; readonly entity: Link }

/** A person who follows something; `status` is `act` or `dis`. */
export type Follower = Link & { readonly status?: string }

export type FollowingOptions = CallOptions & {
  /** Only what belongs to this project. */
  readonly project?: EntityRef<'Project'>
  /** Only entities of this type. */
  readonly entityType?: string
}

/** Who is told about what. */
export interface SiteFollowing {
  /**
   * Make a person follow an entity. Following it already changes nothing and has the same answer.
   * @example await site.follow({ type: 'HumanUser', id: 61 }, shot)
   */
  follow(user: EntityRef, entity: EntityRef, options?: CallOptions): Promise<FollowResult>

  /** Make a person no longer follow an entity; the same answer when it was not followed. @example await site.unfollow(user, shot) */
  unfollow(user: EntityRef, entity: EntityRef, options?: CallOptions): Promise<UnfollowResult>

  /** The people who follow an entity. @example (await site.followers(shot)).map((person) => person.name) */
  followers(entity: EntityRef, options?: CallOptions): Promise<Follower[]>

  /** What a person follows. @example await site.following(user, { project, entityType: 'Task' }) */
  following(user: EntityRef, options?: FollowingOptions): Promise<Link[]>
}

const link = z.custom<Link>(isLink, 'expected { type, id }')
const links = z.array(link)
const followers: z.ZodType<Follower[]> = z.array(z.custom<Follower>(isLink, 'expected { type, id }'))
const followed: z.ZodType<FollowResult> = z.looseObject({ followed: z.boolean(), user: link, entity: link })
const unfollowed: z.ZodType<UnfollowResult> = z.looseObject({ unfollowed: z.boolean(), user: link, entity: link })

/** The following calls of one scope. */
export function createFollowing(scope: Scope): SiteFollowing {
  const change = async <T>(
    method: 'follow' | 'unfollow',
    [user, entity]: readonly [EntityRef, EntityRef],
    shape: z.ZodType<T>,
    options: CallOptions,
  ): Promise<T> => {
    const argument = { user: buildRef(user), entity: buildRef(entity) }
    const { type: entityType, id: entityId } = argument.entity
    const what = `${method} of ${entityType} ${entityId} by ${argument.user.type} ${argument.user.id}`
    const attempted = [{ operation: method, entityType, entityId }]
    const parse = (results: unknown): T => parseShape(shape, results, what, `what ${method} answers`)
    return sendWrite(scope, { call: { method, what, argument }, attempted, parse }, options)
  }
  return {
    follow: async (user, entity, options = {}) => change('follow', [user, entity], followed, options),
    unfollow: async (user, entity, options = {}) => change('unfollow', [user, entity], unfollowed, options),
    followers: async (entity, options = {}) => {
      const argument = { entity: buildRef(entity) }
      const what = `read of the followers of ${argument.entity.type} ${argument.entity.id}`
      const results = await callSite(scope, { method: 'followers', what, argument, repeatable: true }, options)
      return parseShape(followers, results, what, 'a list of people')
    },
    following: async (user, options = {}) => {
      const { project, entityType } = options
      if (entityType !== undefined) checkName(entityType, 'The entity type')
      const argument = {
        user: buildRef(user),
        ...(project !== undefined && { project: buildRef(project) }),
        ...(entityType !== undefined && { entity_type: entityType }),
      }
      const what = `read of what ${argument.user.type} ${argument.user.id} follows`
      const results = await callSite(scope, { method: 'following', what, argument, repeatable: true }, options)
      return parseShape(links, results, what, 'a list of links')
    },
  }
}
