import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Envelope } from '../envelope.ts'
import { FormDetails, MAX_PREVIEW_ROWS } from '../form-details.ts'
import type { FormAnswer } from '../outcome.ts'
import { parseParams } from '../params/parse.ts'
import { buildContext } from './live-context.ts'
import type { LoadedHandler } from './load.ts'
import { attempt, type RunTools } from './run.ts'

const MAX_ISSUES = 5

/** Ask a handler about the form that is shown before its run, or, once something was filled in, whether that is right. */
export function prepareForm(loaded: LoadedHandler, envelope: Envelope, tools: RunTools): Promise<FormAnswer> {
  const { handler, manifest } = loaded
  return attempt(envelope, tools, async (use) => {
    const fields = handler.fields ?? []
    const context = buildContext(envelope, {
      get site() {
        return use.site
      },
      signal: use.signal,
      channel: tools.channel,
      fields,
      params: {},
    })
    if (!envelope.params) return { details: readDetails(handler.form ? await handler.form(context) : {}), issues: [] }
    const checked = handler.params && (await parseParams(handler.params, manifest.params ?? [], envelope.params))
    return { details: {}, issues: checked && 'issues' in checked ? checked.issues : [] }
  })
}

function readDetails(given: unknown): FormDetails {
  const parsed = FormDetails.safeParse(cutPreview(given ?? {}))
  if (parsed.success) return parsed.data
  const { issues } = parsed.error // a thousand rows may all be wrong
  const said = z.prettifyError({ issues: issues.slice(0, MAX_ISSUES) })
  const more = issues.length > MAX_ISSUES ? `\nand ${issues.length - MAX_ISSUES} more` : ''
  throw new AppError('RESULT_INVALID', `The handler’s form() returned something wrong: ${said}${more}`)
}

/** A person who selected 5,000 rows wants the form, not an error: it shows the first ones. */
function cutPreview(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || !('preview' in given)) return given
  const { preview } = given
  if (typeof preview !== 'object' || preview === null || !('rows' in preview) || !Array.isArray(preview.rows))
    return given
  const { rows } = preview
  if (rows.length <= MAX_PREVIEW_ROWS) return given
  return {
    ...given,
    preview: { ...preview, rows: rows.slice(0, MAX_PREVIEW_ROWS), more: rows.length - MAX_PREVIEW_ROWS },
  }
}
