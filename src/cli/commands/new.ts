import { relative, resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { nameProblem } from '../../handlers/handler-files.ts'
import { findHandlersFolder } from '../handlers-folder.ts'
import { scaffoldHandler, scaffoldRepository } from '../scaffold.ts'

export function newFiles(): Command {
  return new Command('new').description('make files to start from').addCommand(handlers()).addCommand(handler())
}

function handlers(): Command {
  return new Command('handlers')
    .description('make a repository for handlers of your own: with a first handler, a test, types and a debugger')
    .argument('<folder>', 'where; made if it is not there')
    .action(async (given: string) => {
      const folder = resolve(given)
      const files = await scaffoldRepository(folder)
      const shown = relative('.', folder) || '.'
      process.stdout.write(
        [
          `${folder} has`,
          ...files.map((file) => `  ${file}`),
          '',
          'Next:',
          `  cd ${/[^\w./-]/.test(shown) ? JSON.stringify(shown) : shown}`,
          '  npm install',
          '  npm test',
          '  npm start',
          '  npm run types   (entity types and fields of the site, for the compiler and the editor)',
          '',
          `Your server serves it with AMIABLE_HANDLERS=${resolve(folder, 'handlers')}`,
          '',
        ].join('\n'),
      )
    })
}

function handler(): Command {
  return new Command('handler')
    .description('make a handler to start from')
    .argument('<name>', 'its name and address, such as set-due-date', parseName)
    .option('--folder <folder>', 'of the handlers; default: AMIABLE_HANDLERS, else ./handlers')
    .action(async (name: string, options: { folder?: string }) => {
      const file = await scaffoldHandler(findHandlersFolder(options.folder), name)
      process.stdout.write(`${file}\nIts menu item is there as soon as a server serves the folder: POST /ami/${name}\n`)
    })
}

function parseName(name: string): string {
  const problem = nameProblem(name)
  if (problem === undefined) return name
  throw new InvalidArgumentError(problem)
}
