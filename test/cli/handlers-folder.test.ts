import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../helpers/server-process.ts'

const hostile = join(import.meta.dirname, '../fixtures/hostile')

describe('the folder of the handlers', () => {
  test.each([
    ['start', ['start'], '/nope'],
    ['list', ['list'], '/nope'],
    ['token', ['token', 'hello'], '/nope'],
    ['token', ['token', 'hello'], import.meta.filename],
  ])('that is none is named by amiable %s, with what to do', async (_command, args, folder) => {
    const { code, stdout, stderr } = await runCommand(args, { AMIABLE_HANDLERS: folder })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(folder)
    expect(stderr).toMatch(/next {2}.*AMIABLE_HANDLERS.*\n {2}code {2}HANDLERS_FOLDER_MISSING/)
    expect(stderr).not.toMatch(/^ +at /m)
  })

  test.each([
    ['Bad Name', 'lower case with dashes'],
    ['notes', 'There are: '],
    ['helo', 'hello'],
  ])('has no handler named %s, so there is no token for it', async (name, text) => {
    const { code, stdout, stderr } = await runCommand(['token', name], { AMIABLE_HANDLERS: hostile })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(text)
    expect(stderr).toContain('HANDLER_NOT_FOUND')
  })
})
