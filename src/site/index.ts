export type * from './call-types.ts'
export * from './errors/index.ts'
export type {
  Filter,
  FilterCondition,
  FilterGroup,
  FilterOperator,
  Filters,
  Relation,
  WireCondition,
  WireGroup,
} from './filter-types.ts'
export type * from './options.ts'
export type * from './result-types.ts'
export { siteOptionsFromEnv } from './environment.ts'
export { connect, createSite } from './site.ts'
export type * from './site-type.ts'
export type {
  EntityRef,
  EntityTypeOf,
  FieldData,
  FieldObject,
  FieldOf,
  FieldValue,
  Link,
  LooseSchema,
  Row,
  RowOf,
} from './types.ts'
export { isLink, isLinkList } from './types.ts'
