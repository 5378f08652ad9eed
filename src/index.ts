/** What handler authors import as "amiable". */
export type { EntityRef, HandlerContext, PageInfo, RunLog, Selection } from './handlers/context.ts'
export { defineHandler, type Handler, type HandlerDefinition } from './handlers/define.ts'
export { csv, type FileSource, file, html, message, page, pdf, type Result, redirect } from './handlers/results.ts'
export type { Badge, Cell, Column, Entry, Fact, Masthead, PictureOptions, Report, Share, Tone } from './report/index.ts'
export { toneOf } from './report/status.ts' // not by the room's index: that would load pdfkit for every handler
