import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Envelope } from '../envelope.ts'
import { FormDetails } from '../form-details.ts'
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
  const parsed = FormDetails.safeParse(given ?? {})
  if (parsed.success) return parsed.data
  const { issues } = parsed.error // a thousand rows may all be wrong
  const said = z.prettifyError({ issues: issues.slice(0, MAX_ISSUES) })
  const more = issues.length > MAX_ISSUES ? `\nand ${issues.length - MAX_ISSUES} more` : ''
  throw new AppError('RESULT_INVALID', `The handler’s form() returned something wrong: ${said}${more}`)
}
