import { Command } from 'commander'
import { parseSettings } from '../../settings.ts'
import { askServer } from '../admin-client.ts'
import { RollbackAnswer } from '../handler-admin.ts'
import { root } from '../root.ts'

export function rollback(): Command {
  return new Command('rollback')
    .description('make the running server serve the version of the handlers before; the files stay as they are')
    .action(async () => {
      const { dataDir } = parseSettings(process.env, root)
      const { from, to, left, handlers } = RollbackAnswer.parse(await askServer(dataDir, 'POST', '/rollback'))
      process.stdout.write(
        [
          `Version ${to.id} is served again: ${handlers.join(', ') || 'no handlers'}.`,
          `It stays, also when the server is started again, until the folder changes from what was left, version ${from.id}.`,
          left > 0
            ? `Again, this goes back to the one before; there ${left === 1 ? 'is 1' : `are ${left}`} more.`
            : 'There is none before it.',
          'To serve what is in the folder: npx amiable reload',
          '',
        ].join('\n'),
      )
    })
}
