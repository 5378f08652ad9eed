/**
 * What handler authors import as "amiable". Every handler pays for what is loaded here: files of a room, not its index,
 * wherever the index would bring pdfkit or undici along.
 */
export type { EntityRef, ItemStatus, PageInfo, ReportProgress, RunLog } from './handlers/context.ts'
export { defineHandler, type Handler } from './handlers/define.ts'
export type { FormDetails } from './handlers/form-details.ts'
export type {
  OwnFormContext as FormContext,
  OwnHandlerContext as HandlerContext,
  OwnHandlerDefinition as HandlerDefinition,
  OwnRow as RowOf,
  OwnSelection as Selection,
  OwnSite as Site,
} from './handlers/own-types.ts'
export {
  type CsvOptions,
  csv,
  type FileSource,
  file,
  html,
  message,
  page,
  pdf,
  type Result,
  redirect,
} from './handlers/results.ts'
export type {
  Badge,
  Cell,
  Column,
  ContactCell,
  Entry,
  Fact,
  LoadedPicture,
  Masthead,
  Picture,
  PictureOptions,
  Report,
  Share,
  Tone,
} from './report/index.ts'
export { readPersonName, readStatusNames } from './report/names.ts'
export { projectOf, tellGone } from './report/selected.ts'
export { badgeOf, sharesOf, toneOf } from './report/status.ts'
export { loadThumbnails, type Pictured } from './report/thumbnails.ts'
export { dateOf, detailUrl, inOneLine, linkOf, type NamedLink, textOf } from './report/values.ts'
export * from './site/errors/index.ts'
export type {
  BatchRequest,
  Field,
  FieldData,
  FieldObject,
  FieldSchema,
  FieldValue,
  Filter,
  Filters,
  Link,
  ReadOnlyField,
  Row,
  Thumbnail,
} from './site/index.ts'
export type * from './site/own-schema.ts'
export { isLink, isLinkList } from './site/types.ts'
