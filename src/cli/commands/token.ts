import { Command } from 'commander'
import { secretTokenOf } from '../../ami/signature.ts'
import { AppError } from '../../errors.ts'
import { kindOf, listFiles, nameOf, nameProblem } from '../../handlers/handler-files.ts'
import { parseSettings } from '../../settings.ts'
import { root } from '../root.ts'

export function token(): Command {
  return new Command('token')
    .description('print the secret token of a handler, to paste into the menu item’s form on the site')
    .argument('<handler>', 'its name, such as version-report')
    .action((handler: string) => {
      const settings = parseSettings(process.env, root)
      const known = listFiles(settings.handlersDir)
        .filter((file) => kindOf(file) === 'handler')
        .map(nameOf)
      const usable = known.filter((name) => nameProblem(name) === undefined)
      if (!usable.includes(handler)) {
        const problem = known.includes(handler) ? nameProblem(handler) : undefined
        throw new AppError(
          'HANDLER_NOT_FOUND',
          `There is no handler named "${handler}" in ${settings.handlersDir}. ${problem ?? `There are: ${usable.join(', ') || 'none'}.`}`,
        )
      }
      process.stdout.write(`${secretTokenOf(handler, settings)}\n`)
    })
}
