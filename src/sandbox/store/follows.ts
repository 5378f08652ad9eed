import type { EntityRef } from '../refs.ts'
import { refKey } from './links.ts'

/** Which people follow which entities, in the order in which they began to. */
export class Follows {
  readonly #byUser = new Map<number, Map<string, EntityRef>>()

  /** Following twice is following once. */
  follow(userId: number, { type, id }: EntityRef): void {
    const followed = this.#byUser.get(userId) ?? new Map<string, EntityRef>()
    this.#byUser.set(userId, followed)
    followed.set(refKey({ type, id }), { type, id })
  }

  unfollow(userId: number, entity: EntityRef): void {
    this.#byUser.get(userId)?.delete(refKey(entity))
  }

  /** Ids of the people who follow an entity. */
  followersOf(entity: EntityRef): readonly number[] {
    const key = refKey(entity)
    return [...this.#byUser].filter(([, followed]) => followed.has(key)).map(([userId]) => userId)
  }

  followedBy(userId: number): readonly EntityRef[] {
    return [...(this.#byUser.get(userId)?.values() ?? [])]
  }
}
