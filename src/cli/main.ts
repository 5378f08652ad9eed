import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { check } from './commands/check.ts'
import { click } from './commands/click.ts'
import { list } from './commands/list.ts'
import { newFiles } from './commands/new.ts'
import { register } from './commands/register.ts'
import { reload } from './commands/reload.ts'
import { rollback } from './commands/rollback.ts'
import { sandbox } from './commands/sandbox.ts'
import { start } from './commands/start.ts'
import { runTests } from './commands/test.ts'
import { token } from './commands/token.ts'
import { types } from './commands/types.ts'
import { failWith } from './fail.ts'
import { root } from './root.ts'

const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
  'version' | 'description',
  string
>

// Tests of handlers have a sandbox of their own, and nothing to do with this server's settings.
const hasSettings = process.argv[2] !== 'test' && existsSync(join(root, '.env'))
if (hasSettings) process.loadEnvFile(join(root, '.env'))

// "amiable list | head" closes the pipe when it has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const program = new Command('amiable')
  .description(description)
  .version(version)
  .showSuggestionAfterError()
  .configureHelp({ sortSubcommands: false })
  .addHelpText('after', '\nSettings come from the environment, or from a file named .env: see docs/settings.md.')

const commands = [
  start(version),
  sandbox(),
  click(),
  list(),
  register(),
  token(),
  reload(),
  rollback(),
  check(),
  types(),
  runTests(),
  newFiles(),
]
for (const command of commands) program.addCommand(command)

try {
  await program.parseAsync()
} catch (error) {
  failWith(error)
}
