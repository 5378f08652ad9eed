/** What handler authors import as "amiable". */
export type { EntityRef, HandlerContext, PageInfo, RunLog, Selection } from './handlers/context.ts'
export { defineHandler, type Handler, type HandlerDefinition } from './handlers/define.ts'
export { csv, type FileSource, file, html, message, page, pdf, type Result, redirect } from './handlers/results.ts'
