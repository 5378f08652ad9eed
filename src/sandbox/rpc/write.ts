import type { Actor, CreateParams, Entity, EntityParams, SandboxSite, UpdateParams } from '../site.ts'

/** Creates one entity and answers it with the fields that were set and those asked for. Throws a `Fault`. */
export function createEntity(_site: SandboxSite, _actor: Actor, _params: CreateParams): Entity {
  throw new Error('not written yet')
}

/** Changes one entity and answers it with the changed fields. Throws a `Fault`; then nothing has changed. */
export function updateEntity(_site: SandboxSite, _actor: Actor, _params: UpdateParams): Entity {
  throw new Error('not written yet')
}

/** Retires one entity: true, or false if it was retired already. Throws a `Fault` for an id that never existed. */
export function deleteEntity(_site: SandboxSite, _actor: Actor, _params: EntityParams): boolean {
  throw new Error('not written yet')
}

/** Revives one entity: true, or false if it was not retired. Throws a `Fault` for an id that never existed. */
export function reviveEntity(_site: SandboxSite, _actor: Actor, _params: EntityParams): boolean {
  throw new Error('not written yet')
}
