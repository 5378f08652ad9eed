export type { ActivityStream, ActivityStreamOptions, ActivityUpdate } from './activity-stream.ts'
export type * from './call-types.ts'
export type { EntityFields } from './entity-fields.ts'
export { siteOptionsFromEnv } from './environment.ts'
export * from './errors/index.ts'
export type { EntityTypeArg, FieldArg } from './field-paths.ts'
export type { Field, ReadOnlyField } from './field-types.ts'
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
export type { Follower, FollowingOptions, FollowResult, UnfollowResult } from './following.ts'
export type { Ledger, WriteRecord, WrittenValues } from './ledger.ts'
export type { LocalFile, LocalFileOptions, LocalPathOptions } from './local-files.ts'
export type { NavExpandOptions, NavSearchOptions } from './navigation.ts'
export type { NoteThreadOptions } from './note-thread.ts'
export type * from './options.ts'
export type { OwnSchema, SiteSchema, WithDates } from './own-schema.ts'
export type * from './result-types.ts'
export type { RowOf, WrittenRow } from './row-types.ts'
export type { FieldProperties } from './schema-writes.ts'
export { connect, createSite } from './site.ts'
export type * from './site-reads.ts'
export type * from './site-type.ts'
export type * from './site-writes.ts'
export type { ExportPageOptions, LastAccessedOptions, Preferences, UserSubscription } from './studio.ts'
export type {
  Grouping,
  GroupingType,
  SummarizeOptions,
  Summary,
  SummaryField,
  SummaryGroup,
  SummaryType,
  SummaryValues,
} from './summarize.ts'
export type { TextMatch, TextSearchOptions, TextSearchResult, TextSearchTypes } from './text-search.ts'
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
} from './types.ts'
export { isLink, isLinkList } from './types.ts'
export type * from './upload-types.ts'
export type {
  ChangedWorkDay,
  UpdateWorkScheduleOptions,
  WorkDay,
  WorkSchedule,
  WorkScheduleOptions,
} from './work-schedule.ts'
