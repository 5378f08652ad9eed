import { readdirSync } from 'node:fs'
import { Command } from 'commander'
import { secretTokenOf } from '../../ami/signature.ts'
import { AppError } from '../../errors.ts'
import { parseSettings } from '../../settings.ts'
import { root } from '../root.ts'

export function token(): Command {
  return new Command('token')
    .description('print the secret token of a handler, to paste into the menu item’s form on the site')
    .argument('<handler>', 'its name, such as version-report')
    .action((handler: string) => {
      const settings = parseSettings(process.env, root)
      const known = readdirSync(settings.handlersDir)
        .filter((file) => /\.[mc]?[jt]s$/.test(file))
        .map((file) => file.replace(/\.[mc]?[jt]s$/, ''))
      if (!known.includes(handler)) {
        throw new AppError(
          'HANDLER_NOT_FOUND',
          `There is no handler named "${handler}" in ${settings.handlersDir}. There are: ${known.join(', ') || 'none'}.`,
        )
      }
      process.stdout.write(`${secretTokenOf(handler, settings)}\n`)
    })
}
