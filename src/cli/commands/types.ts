import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { AppError } from '../../errors.ts'
import { parseSettings, type Settings } from '../../settings.ts'
import { createSite, SiteTransportError } from '../../site/index.ts'
import { findHandlersFolder } from '../handlers-folder.ts'
import { root } from '../root.ts'
import { compareSchemaFiles, isSchemaFile, type ReadSchema, type SchemaFile, writeSchemaFile } from '../schema-file.ts'
import { scriptAuth } from '../script-auth.ts'
import { findRunningServer } from '../server-file.ts'

/** A schema is the largest answer of a site. */
const READ_MS = 120_000

const FILE_NAME = 'site-schema.d.ts'

/** Changes that are named one by one. */
const NAMED_CHANGES = 8

interface TypesOptions {
  readonly out?: string
  readonly project?: number
  readonly check?: boolean
  readonly json?: boolean
}

export function types(): Command {
  return new Command('types')
    .description(
      'write the site’s entity types and fields as a file for TypeScript, so that handlers are checked by them',
    )
    .option('--out <file>', `default: ${FILE_NAME} in the folder of the handlers; "-" is standard output`)
    .option('--project <id>', 'without what is hidden in this project', parseId)
    .option('--check', 'write nothing; exit 1 when the file is not what would be written')
    .option(
      '--json',
      'for programs: { file, site, entityTypes, fields, state: "written" | "unchanged" | "outdated", changes }',
    )
    .action(async (options: TypesOptions) => {
      const settings = readSettings()
      const siteUrl = await findSite(settings)
      const made = writeSchemaFile(await readSchema(siteUrl, settings, options.project))
      if (made.entityTypes === 0)
        throw new AppError(
          'SETTINGS_INVALID',
          `${siteUrl} shows the script “${settings.site.scriptName}” no entity types.`,
        )
      if (options.out === '-' && !options.check) process.stdout.write(made.text)
      else await deliver(made, siteUrl, options)
    })
}

/** No click is signed here, so no secret is asked for. */
function readSettings(): Settings {
  const { AMIABLE_SECRET = 'not needed to read types', ...rest } = process.env
  return parseSettings({ ...rest, AMIABLE_SECRET }, root)
}

/** The sandbox may be on another port than here. Credentials of a real site go there alone, whatever a file says. */
async function findSite({ mode, dataDir, site }: Settings): Promise<string> {
  return mode === 'sandbox' ? ((await findRunningServer(dataDir))?.siteUrl ?? site.url) : site.url
}

async function readSchema(url: string, settings: Settings, projectId: number | undefined): Promise<ReadSchema> {
  await using site = createSite({ url, auth: scriptAuth(settings.site), timeoutMs: READ_MS })
  const options = projectId === undefined ? {} : { project: { type: 'Project' as const, id: projectId } }
  try {
    const [entityTypes, fields] = await Promise.all([site.schema.entityTypes(options), site.schema.read(options)])
    return { entityTypes, fields }
  } catch (cause) {
    if (settings.mode !== 'sandbox' || !(cause instanceof SiteTransportError)) throw cause
    throw new AppError(
      'SERVER_UNREACHABLE',
      `SHOTGRID_URL is not set, and no sandbox site answers at ${url}. Start one with "npx amiable start" or "npx amiable sandbox", or set SHOTGRID_URL to your site.`,
      { cause },
    )
  }
}

async function deliver(made: SchemaFile, site: string, options: TypesOptions): Promise<void> {
  const file = options.out === undefined ? join(findHandlersFolder(undefined), FILE_NAME) : resolve(options.out)
  const present = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (present !== undefined && !isSchemaFile(present))
    throw new AppError('FILE_EXISTS', `${file} is there already, and was not made by "amiable types".`)
  const isCurrent = present?.replaceAll('\r\n', '\n') === made.text
  const changes = compareSchemaFiles(present ?? '', made.text)
  const state = isCurrent ? 'unchanged' : options.check ? 'outdated' : 'written'
  if (state === 'written') {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, made.text)
  }
  const { entityTypes, fields } = made
  if (options.json)
    process.stdout.write(`${JSON.stringify({ file, site, entityTypes, fields, state, changes }, null, 2)}\n`)
  if (state === 'outdated')
    throw new AppError(
      'TYPES_OUTDATED',
      `${file} ${present === undefined ? 'is not there.' : `is not what ${site} has: ${listOf(changes)}.`}`,
    )
  process.stderr.write(
    `${relative('.', file)}: ${entityTypes} entity types, ${fields} fields of ${site}, ${state === 'written' && present !== undefined ? listOf(changes) : state}\n`,
  )
}

function listOf(changes: ReturnType<typeof compareSchemaFiles>): string {
  if (changes.length === 0) return 'names or descriptions changed'
  const named = changes.slice(0, NAMED_CHANGES).map(({ field, change }) => `${field} ${change}`)
  return [...named, ...(changes.length > named.length ? [`${changes.length - named.length} more`] : [])].join(', ')
}

function parseId(text: string): number {
  const id = Number(text)
  if (/^\d+$/.test(text) && id > 0) return id
  throw new InvalidArgumentError('expected the id of a project, such as 12')
}
