import { Command } from 'commander'
import { AppError } from '../../errors.ts'
import { parseSettings } from '../../settings.ts'
import { askServer } from '../admin-client.ts'
import { ReloadAnswer } from '../handler-admin.ts'
import { root } from '../root.ts'

export function reload(): Command {
  return new Command('reload')
    .description(
      'make the running server serve what is in the handlers’ folder now; runs under way finish as they began',
    )
    .action(async () => {
      const { dataDir } = parseSettings(process.env, root)
      const { kind, version, errors, handlers } = ReloadAnswer.parse(await askServer(dataDir, 'POST', '/reload'))
      const wrong = errors.map(({ file, message }) => `${file}: ${message}`)
      if (kind === 'refused')
        throw new AppError('VERSION_REFUSED', `The folder as it is now was not taken.\n${wrong.join('\n')}`)
      process.stdout.write(`Version ${version.id} is served: ${handlers.join(', ') || 'no handlers'}.\n`)
      for (const one of wrong) process.stderr.write(`not loaded: ${one}\n`)
    })
}
