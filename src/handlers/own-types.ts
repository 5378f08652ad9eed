import type { OwnSchema, RowOf, Site } from '../site/index.ts'
import type { FormContext, HandlerContext, Selection } from './context.ts'
import type { HandlerDefinition } from './define.ts'

// What handler authors know under the same names: for the schema of their own site, once there is a file of its types.

export type OwnSite<S = OwnSchema> = Site<S>

/** @param T  entity types, F  fields: those of the handler, where a function is meant for no other */
export type OwnHandlerContext<Params = unknown, T extends string = string, F extends string = string> = HandlerContext<
  Params,
  OwnSchema,
  T,
  F
>

export type OwnFormContext<T extends string = string, F extends string = string> = FormContext<OwnSchema, T, F>

export type OwnSelection<T extends string = string, F extends string = string> = Selection<OwnSchema, T, F>

export type OwnHandlerDefinition<Params = unknown> = HandlerDefinition<Params, OwnSchema>

/** @example function nameOf(shot: RowOf<'Shot', 'code'>): string { return shot.code ?? '' } */
export type OwnRow<T extends string, F extends string> = RowOf<OwnSchema, T, F>
