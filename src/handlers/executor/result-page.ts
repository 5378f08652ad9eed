import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Eta } from 'eta'
import { AppError } from '../../errors.ts'
import { words } from '../../words.ts'
import type { Envelope } from '../envelope.ts'
import type { PageResult } from '../results.ts'

const shipped = join(import.meta.dirname, '../../../templates/results')

/** Render a handler's template inside Amiable's frame. Everything that a template prints is escaped. */
export async function renderResultPage(
  result: PageResult,
  { title, handlersDir, envelope }: { title: string; handlersDir: string; envelope: Envelope },
): Promise<string> {
  const name = result.template.replace(/\.eta$/, '')
  const folders = [join(handlersDir, 'templates'), shipped]
  const folder = folders.find((candidate) => /^[\w/-]+$/.test(name) && existsSync(join(candidate, `${name}.eta`)))
  if (!folder) {
    throw new AppError(
      'RESULT_INVALID',
      `The handler asked for the template "${result.template}". Looked for templates/${name}.eta beside the handlers, and among those that Amiable ships.`,
    )
  }
  const shared = { title, t: words, site: envelope.site.url }
  const body = new Eta({ views: folder, cache: false }).render(name, { ...shared, ...result.data })
  return new Eta({ views: shipped, cache: true }).render('frame', { ...shared, body })
}
