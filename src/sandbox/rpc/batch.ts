import { Fault } from '../fault.ts'
import { isList, isObject, type Json } from '../json.ts'
import type { Actor, SandboxSite } from '../site.ts'
import { inspect } from '../values/inspect.ts'
import { createEntity } from './create.ts'
import { deleteEntity } from './delete.ts'
import { malformed } from './params.ts'
import { updateEntity } from './update.ts'

/**
 * Does a list of creates, updates and deletes, all or none, and answers the result of each in its place.
 * Throws a `Fault` that names the request which failed and carries that one's code.
 */
export function runBatch(site: SandboxSite, actor: Actor, requests: Json | undefined): Json[] {
  if (!isList(requests)) throw malformed('batch', `expects an array of requests, but got: ${inspect(requests)}`)
  return site.store.transact(() =>
    requests.map((request, index) => {
      try {
        return runOne(site, actor, request)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        const text = `API batch() request with index ${index} failed.  All requests rolled back.\n${error.message}`
        throw new Fault(error.code, text, { cause: error })
      }
    }),
  )
}

function runOne(site: SandboxSite, actor: Actor, request: Json): Json {
  const kind = isObject(request) ? request.request_type : undefined
  if (isObject(request)) {
    if (kind === 'create') return createEntity(site, actor, request)
    if (kind === 'update') return updateEntity(site, actor, request)
    if (kind === 'delete') return deleteEntity(site, actor, request)
  }
  throw malformed('batch', `invalid/missing string 'request_type': ${inspect(kind)}`)
}
