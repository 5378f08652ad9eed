import { describe, expect, test } from 'vitest'
import type { WriteRecord } from '../../src/site/index.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'
import { startSiteOnPort } from './helpers/site-on-port.ts'
import { argumentOf, failureOf, sendResults, startServer } from './helpers/test-server.ts'

const seed = {
  entities: [
    ...smallShow.entities,
    { type: 'Page', id: 77, name: 'Shots', entity_type: 'Shot', shared: true, project: { type: 'Project', id: 12 } },
    { type: 'Page', id: 78, name: 'Mine', entity_type: 'Shot' },
  ],
  preferences: { hours_per_day: 7.5, view_master_settings: '{"a":1}' },
}
const project = { type: 'Project', id: 12 } as const
const user = { type: 'HumanUser', id: 61 } as const

describe('the work schedule', () => {
  test('is read day by day and changed for studio, project or person', async () => {
    const writes: WriteRecord[] = []
    await using port = await startSiteOnPort({ seed })
    await using site = port.open({ ledger: { onWrite: (write) => void writes.push(write) } })
    expect(await site.updateWorkSchedule('2026-05-01', false, { description: 'Holiday' })).toMatchObject({
      date: '2026-05-01',
      working: false,
      project: null,
    })
    await site.updateWorkSchedule('2026-05-02', true, { project, recalculateField: 'due_date' })
    const days = await site.workSchedule('2026-05-01', '2026-05-03', { project, user })
    expect(days).toEqual({
      '2026-05-01': { working: false, reason: 'STUDIO_EXCEPTION', description: 'Holiday' },
      '2026-05-02': { working: true, reason: 'PROJECT_EXCEPTION', description: null },
      '2026-05-03': { working: false, reason: 'STUDIO_WORK_WEEK', description: null },
    })
    expect(writes).toMatchObject([
      { operation: 'updateWorkSchedule', entityType: 'WorkSchedule', values: { date: '2026-05-01', working: false } },
      { operation: 'updateWorkSchedule', entityType: 'Project', entityId: 12, outcome: 'done' },
    ])
  })

  test('is asked for with all keys, null where nothing was said', async () => {
    await using server = await startServer(({ body }, response) =>
      sendResults(response, body.method_name === 'work_schedule_read' ? {} : { nothing: true }),
    )
    await using site = server.open()
    const named = { ...user, name: 'Élodie' }
    await site.workSchedule('2026-05-01', '2026-05-01', { user: named })
    expect(await failureOf(site.updateWorkSchedule('2026-05-01', true))).toMatchObject({ code: 'SITE_OUTCOME_UNKNOWN' })
    expect(server.calls.map(argumentOf)).toEqual([
      { start_date: '2026-05-01', end_date: '2026-05-01', project: null, user },
      { date: '2026-05-01', working: true, description: null, project: null, user: null, recalculate_field: null },
    ])
  })

  test.each(['2026-02-30', '2026-5-1', '', 'today', '2026-05-01T00:00:00Z'])('the day %j is refused', async (day) => {
    await using server = await startServer(() => {})
    await using site = server.open()
    expect(await failureOf(site.workSchedule(day, '2026-05-01'))).toMatchObject({ code: 'SITE_CALL_INVALID' })
    expect(await failureOf(site.updateWorkSchedule(day, true))).toMatchObject({ code: 'SITE_CALL_INVALID' })
    expect(await failureOf(site.updateWorkSchedule('2026-05-01', true, { project, user }))).toMatchObject({
      message: expect.stringContaining('exclude each other'),
    })
    expect(server.calls).toEqual([])
  })
})

describe('preferences', () => {
  test('are all, or those that were named and exist', async () => {
    await using port = await startSiteOnPort({ seed })
    await using site = port.open()
    expect(await site.preferences()).toMatchObject({ hours_per_day: 7.5, duration_units: 'days' })
    expect(await site.preferences(['hours_per_day', 'email_notifications'])).toEqual({ hours_per_day: 7.5 })
  })
})

describe('the export of a page', () => {
  test('is the file as the site made it', async () => {
    await using port = await startSiteOnPort({ seed })
    await using site = port.open()
    const text = new TextDecoder().decode(await site.exportPage(77, 'csv'))
    expect(text.split('\n')[1]).toContain('KP_010')
    expect(await failureOf(site.exportPage(78, 'csv'))).toMatchObject({
      code: 'SITE_VALIDATION_FAILED',
      message: expect.stringContaining('Export for Page id=78 not available'),
    })
    expect(await failureOf(site.exportPage(77, 'csv', { layoutName: 'Big' }))).toMatchObject({
      message: expect.stringContaining('not available'),
    })
  })

  test('keeps bytes that are no UTF-8, and is no login page', async () => {
    await using server = await startServer((_, response, index) => {
      if (index === 1)
        response.writeHead(200, { 'content-type': 'text/csv; header=present' }).end(Buffer.from([0xe9, 10]))
      else if (index === 2) response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in</h1>')
      else sendResults(response, 'text')
    })
    await using site = server.open()
    expect([...(await site.exportPage(77, 'csv'))]).toEqual([0xe9, 10])
    expect(await failureOf(site.exportPage(77, 'csv'))).toMatchObject({ code: 'SITE_ANSWER_INVALID' })
    expect(await failureOf(site.exportPage(77, 'csv'))).toMatchObject({ code: 'SITE_ANSWER_INVALID' })
    expect(await failureOf(site.exportPage(0, 'csv'))).toMatchObject({ code: 'SITE_CALL_INVALID' })
  })

  test('is the only answer that may be CSV', async () => {
    await using server = await startServer((_, response) =>
      response.writeHead(200, { 'content-type': 'text/csv' }).end('a'),
    )
    await using site = server.open()
    expect(await failureOf(site.findOne('Shot', []))).toMatchObject({ code: 'SITE_ANSWER_INVALID' })
  })
})

describe('when a project was last accessed', () => {
  const field = 'last_accessed_by_current_user'

  test('is now for the person named, acted for or signed in', async () => {
    await using port = await startSiteOnPort({ seed })
    await using script = port.open()
    await using admin = port.open({ auth: { login: 'admin', password: 'sandbox' } })
    const artist = script.with({ sudoAsLogin: 'artist' })
    const seenBy = async (site: typeof script) => (await site.findOne('Project', [['id', 'is', 12]], [field]))?.[field]
    await artist.updateProjectLastAccessed(project)
    expect(await seenBy(artist)).toBe('2026-03-04T12:30:00Z')
    expect(await seenBy(admin)).toBeNull()
    await script.updateProjectLastAccessed(project, { user })
    expect(await seenBy(admin)).toBe('2026-03-04T12:30:00Z')
  })

  test('is sent with the id of the person whose login is known, or without', async () => {
    await using server = await startServer(({ body }, response) =>
      sendResults(response, body.method_name === 'read' ? { entities: [{ type: 'HumanUser', id: 61 }] } : { ok: 1 }),
    )
    await using person = server.open({ auth: { login: 'mira', password: 'kelp' } })
    await using script = server.open()
    await person.updateProjectLastAccessed(project)
    await script.updateProjectLastAccessed(project)
    expect(server.calls.map((call) => [call.body.method_name, argumentOf(call).user_id])).toEqual([
      ['read', undefined],
      ['update_project_last_accessed_by_current_user', 61],
      ['update_project_last_accessed_by_current_user', undefined],
    ])
  })
})

describe('subscriptions', () => {
  test('are read and made; false when the site did not', async () => {
    const writes: WriteRecord[] = []
    await using port = await startSiteOnPort({ seed })
    await using site = port.open({ ledger: { onWrite: (write) => void writes.push(write) } })
    expect(await site.createUserSubscriptions([{ humanUserId: 61, subscription: ['flow', 'rv'] }])).toBe(true)
    expect(await site.userSubscriptions()).toContainEqual({ humanUserId: 61, subscription: ['flow', 'rv'] })
    expect(await site.createUserSubscriptions([{ humanUserId: 999, subscription: null }])).toBe(false)
    expect(writes.map(({ outcome }) => outcome)).toEqual(['done', 'unchanged'])
    const wrong = [{ humanUserId: 1.5, subscription: null }]
    expect(await failureOf(site.createUserSubscriptions(wrong))).toMatchObject({ code: 'SITE_CALL_INVALID' })
  })
})
