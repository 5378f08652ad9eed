import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox, script, smallShow, type TestSandbox } from './sandbox-site.ts'

let sandbox: TestSandbox
beforeAll(async () => {
  const pages = [
    { type: 'Page', id: 77, name: 'Shots', entity_type: 'Shot', shared: true, project: { type: 'Project', id: 12 } },
    { type: 'Page', id: 78, name: 'Mine', entity_type: 'Shot', project: { type: 'Project', id: 12 } },
    { type: 'Page', id: 79, name: 'People', entity_type: 'Group', shared: true },
  ]
  const groups = [
    { type: 'Group', code: 'Comp, "night"' },
    { type: 'Group', code: 'Two\nlines' },
  ]
  sandbox = await openSandbox({ seed: { entities: [...smallShow.entities, ...pages, ...groups] } })
})
afterAll(() => sandbox.app.close())

const project = { type: 'Project', id: 12 }
const user = { type: 'HumanUser', id: 61 }

describe('work_schedule', () => {
  const read = (start: string, end: string, owners: Record<string, unknown> = {}) =>
    sandbox.results<Record<string, unknown>>('work_schedule_read', {
      start_date: start,
      end_date: end,
      project: null,
      user: null,
      ...owners,
    })
  const change = (values: Record<string, unknown>) =>
    sandbox.results('work_schedule_update', {
      description: null,
      project: null,
      user: null,
      recalculate_field: null,
      ...values,
    })

  test('Monday to Friday are worked, both ends of the range included', async () => {
    const week = await read('2026-03-06', '2026-03-09')
    const day = (working: boolean) => ({ working, reason: 'STUDIO_WORK_WEEK', description: null })
    expect(week).toEqual({
      '2026-03-06': day(true),
      '2026-03-07': day(false),
      '2026-03-08': day(false),
      '2026-03-09': day(true),
    })
    expect(await read('2026-03-09', '2026-03-06')).toEqual({})
    expect(Object.keys(await read('2024-02-28', '2024-03-01'))).toEqual(['2024-02-28', '2024-02-29', '2024-03-01'])
  })

  test('exceptions of studio, project and person show for whom they are, the person’s first', async () => {
    expect(await change({ date: '2026-05-01', working: false, description: 'Holiday' })).toEqual({
      date: '2026-05-01',
      working: false,
      description: 'Holiday',
      project: null,
      user: null,
    })
    const ofProject = await change({ date: '2026-05-02', working: true, description: 'Crunch', project })
    expect(ofProject).toMatchObject({ project: { ...project, name: 'Kelp' }, user: null })
    await change({ date: '2026-05-02', working: false, user })
    const days = async (owners: Record<string, unknown>) =>
      Object.values(await read('2026-05-01', '2026-05-02', owners)).map((day) => Object(day).reason)
    expect(await days({})).toEqual(['STUDIO_EXCEPTION', 'STUDIO_WORK_WEEK'])
    expect(await days({ project })).toEqual(['STUDIO_EXCEPTION', 'PROJECT_EXCEPTION'])
    expect(await days({ user })).toEqual(['STUDIO_EXCEPTION', 'USER_EXCEPTION'])
    expect(await days({ project, user })).toEqual(['STUDIO_EXCEPTION', 'USER_EXCEPTION'])
    expect(await days({ project: { type: 'Project', id: 999 } })).toEqual(['STUDIO_EXCEPTION', 'STUDIO_WORK_WEEK'])
  })

  test.each([
    ['work_schedule_read', { start_date: '2026-02-30', end_date: '2026-03-01' }, "date 'start_date'"],
    ['work_schedule_read', { start_date: '0001-01-01', end_date: '9999-01-01' }, 'at most 36600 days'],
    ['work_schedule_read', { start_date: '2026-03-01', end_date: '2026-03-01', user: project }, "invalid 'user'"],
    ['work_schedule_update', { date: '2026-03-01', working: 'yes' }, "boolean 'working'"],
    ['work_schedule_update', { date: '2026-03-01', working: true, project, user }, 'exclude each other'],
    ['work_schedule_update', { date: '2026-03-01', working: true, recalculate_field: 'x' }, "'recalculate_field'"],
  ])('%s refuses %j', async (method, argument, text) => {
    expect(await sandbox.call(method, argument)).toMatchObject({
      exception: true,
      error_code: 103,
      message: expect.stringContaining(text),
    })
  })
})

describe('export_page', () => {
  const post = (argument: unknown) =>
    sandbox.app.inject({
      method: 'POST',
      url: '/api3/json',
      payload: { method_name: 'export_page', params: [script, argument] },
    })

  test('answers CSV: the columns’ names, then the entities of the page’s project', async () => {
    const response = await post({ format: 'csv', page_id: 77, layout_name: null })
    expect(response.headers['content-type']).toMatch(/^text\/csv/)
    const lines = response.body.trimEnd().split('\n')
    expect(lines[0]).toContain('Shot')
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(['KP_010', 'KP_020', 'kp_030'])
  })

  test('quotes what would break a line or a column', async () => {
    const { body } = await post({ format: 'csv', page_id: 79, layout_name: null })
    expect(body).toBe('Group Name\n"Comp, ""night"""\n"Two\nlines"\n')
  })

  test.each([
    [{ format: null, page_id: 77 }, "'format' missing"],
    [{ format: 'csv', page_id: null }, "'page_id' missing"],
    [{ format: 'csv', page_id: 78, layout_name: null }, /^Export for Page id=78 not available$/],
    [{ format: 'csv', page_id: 77, layout_name: 'Big' }, /^Export for Page id=77 not available$/],
    [{ format: 'csv', page_id: 5, layout_name: null }, /^Trying to perform export for retired Page id=5$/],
  ])('refuses %j', async (argument, text) => {
    const answer = (await post(argument)).json()
    expect(answer.exception).toBe(true)
    expect(answer.message).toEqual(expect.stringMatching(text))
  })
})

describe('update_project_last_accessed_by_current_user', () => {
  const method = 'update_project_last_accessed_by_current_user'
  const field = 'last_accessed_by_current_user'
  const seenBy = async (auth: unknown) => {
    const argument = { type: 'Project', return_fields: [field], filters: { logical_operator: 'and', conditions: [] } }
    const { entities } = await sandbox.results<{ entities: Record<string, unknown>[] }>('read', argument, auth)
    return entities.map((entity) => entity[field])
  }
  const artist = { ...script, sudo_as_login: 'artist' }

  test('is now for that person, and only for them', async () => {
    expect(await sandbox.results(method, { project_id: 12 }, artist)).toMatchObject({ type: 'Project', id: 12 })
    expect(await seenBy(artist)).toEqual(['2026-03-04T12:30:00Z', null])
    expect(await seenBy(script)).toEqual([null, null])
    await sandbox.results(method, { project_id: 13, user_id: 61 })
    expect(await seenBy({ ...script, sudo_as_login: 'admin' })).toEqual([null, '2026-03-04T12:30:00Z'])
  })

  test('refuses projects and people that are not there', async () => {
    expect(await sandbox.call(method, { project_id: 99 })).toMatchObject({ error_code: 104 })
    expect(await sandbox.call(method, { project_id: 12, user_id: 9_999 })).toMatchObject({ error_code: 104 })
    expect(await sandbox.call(method, { project_id: 'x' })).toMatchObject({ error_code: 103 })
  })
})

describe('user_subscriptions', () => {
  test('are null until they are made, all or none', async () => {
    const read = () => sandbox.results<{ humanUserId: number; subscription: unknown }[]>('user_subscriptions_read')
    expect(await read()).toContainEqual({ humanUserId: 61, subscription: null })
    const create = (users: unknown) => sandbox.results('user_subscriptions_create', { users })
    expect(await create([{ humanUserId: 61, subscription: ['a', 'b'] }])).toEqual({ status: 'success' })
    expect(
      await create([
        { humanUserId: 61, subscription: null },
        { humanUserId: 999, subscription: 'x' },
      ]),
    ).toEqual({
      status: 'failure',
    })
    expect(await read()).toContainEqual({ humanUserId: 61, subscription: ['a', 'b'] })
    expect(await sandbox.call('user_subscriptions_create', { users: [{ humanUserId: 61 }] })).toMatchObject({
      error_code: 103,
    })
  })
})
