import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import pg from 'pg'

/*
 * Finds what some tests need beside Node. In CI a missing one is a failure; on a newcomer's machine the tests that need it
 * are left out by name.
 */
export default async function setup(): Promise<void> {
  const wants = {
    AMIABLE_TEST_POSTGRES: await findPostgres(),
    AMIABLE_TEST_CHROMIUM: findProgram(['chromium', 'chromium-browser', 'google-chrome', 'chrome']),
    AMIABLE_TEST_PDFTOTEXT: findProgram(['pdftotext']),
  }
  const names: Record<string, string> = {
    AMIABLE_TEST_POSTGRES:
      'tests on PostgreSQL (none answers on 127.0.0.1:5432; AMIABLE_TEST_POSTGRES=postgres://… names another)',
    AMIABLE_TEST_CHROMIUM: 'tests in a browser (no chromium on the PATH)',
    AMIABLE_TEST_PDFTOTEXT: 'tests that read the text of PDFs (no pdftotext on the PATH: install poppler-utils)',
  }
  const missing = Object.entries(wants).filter(([, found]) => found === undefined)
  for (const [name, found] of Object.entries(wants)) process.env[name] = found ?? ''
  if (missing.length === 0) return
  const list = missing.map(([name]) => `  - ${names[name]}`).join('\n')
  if (process.env.CI === 'true') throw new Error(`CI must run every test, but these would be left out:\n${list}`)
  process.stderr.write(`\nLeft out on this machine:\n${list}\n\n`)
}

async function findPostgres(): Promise<string | undefined> {
  const given = process.env.AMIABLE_TEST_POSTGRES
  for (const url of given ? [given] : ['postgres://postgres@127.0.0.1:5432/postgres']) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 })
    try {
      await client.connect()
      await client.query('select 1')
      return url
    } catch {
      // not there
    } finally {
      await client.end().catch(() => {})
    }
  }
  return undefined
}

function findProgram(names: readonly string[]): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      const file = join(folder, name)
      try {
        accessSync(file, constants.X_OK)
        return file
      } catch {
        // not here
      }
    }
  }
  return undefined
}
