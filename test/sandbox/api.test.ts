import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { methods } from '../../src/sandbox/rpc/methods.ts'
import { openSandbox, script, smallShow, type TestSandbox, where } from './sandbox-site.ts'

let sandbox: TestSandbox
beforeAll(async () => {
  sandbox = await openSandbox({ seed: smallShow })
})
afterAll(() => sandbox.app.close())

const post = (url: string, payload: string, headers: Record<string, string> = {}) =>
  sandbox.app.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })

describe('transport', () => {
  test.each(['/api3/json', '/studio/api3/json', '/a/b/api3/json'])('the API answers at %s', async (url) => {
    const response = await post(url, '{"method_name":"info","params":[]}')
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ version: [8, 89, 0], api_max_entities_per_page: 500 })
  })

  test('health says when the site is ready', async () => {
    const response = await sandbox.app.inject('/health')
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ status: 'ok' })
  })

  test('broken JSON gets a 400 that says so, in the shape of a fault', async () => {
    const response = await post('/api3/json', '{"method_name":')
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({
      exception: true,
      error_code: 103,
      message: expect.stringContaining('The body is not JSON'),
    })
  })

  test('a body larger than 64 MiB is refused before it is read', async () => {
    const response = await post('/api3/json', 'x', { 'content-length': String(65 * 1024 * 1024) })
    expect(response.statusCode).toBe(413)
    expect(response.json()).toMatchObject({ exception: true })
  })

  test('a body of 16 MiB is read', async () => {
    const body = JSON.stringify({ method_name: 'info', params: [], padding: 'x'.repeat(16 * 1024 * 1024) })
    expect((await post('/api3/json', body)).statusCode).toBe(200)
  })

  test.each(['[]', 'null', '{}', '{"method_name":5}', '{"method_name":"read","params":{}}'])(
    '%s is answered as a fault',
    async (body) => {
      const response = await post('/api3/json', body)
      expect(response.statusCode).toBe(200)
      expect(response.json()).toMatchObject({ exception: true, error_code: 103 })
    },
  )

  test('an unknown method is answered with those that there are', async () => {
    const unknown = await sandbox.call('reed', {})
    expect(unknown.message).toContain("The API has no method 'reed'")
    for (const name of methods.keys()) expect(unknown.message).toContain(name)
  })

  test('image URLs start with the host that was asked', async () => {
    const params = [script, { type: 'Version', return_fields: ['image'], filters: where('id', 'is', 700) }]
    const body = JSON.stringify({ method_name: 'read', params })
    const answer = (await post('/api3/json', body, { host: 'studio.test:8810' })).json()
    expect(answer.results.entities[0].image).toMatch(
      /^http:\/\/studio\.test:8810\/thumbnail\/Version\/700\.jpg\?v=\w+$/,
    )
  })

  test('closing does not wait for idle connections', async () => {
    const other = await openSandbox({ empty: true })
    const url = new URL(await other.app.listen({ port: 0, host: '127.0.0.1' }))
    const socket = connect(Number(url.port), url.hostname)
    await new Promise((resolve) => socket.once('connect', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
    await new Promise((resolve) => socket.once('data', resolve))
    await other.app.close()
    await closed
  })
})

describe('authentication', () => {
  const who = (auth: unknown) => sandbox.call('read', { type: 'Project', filters: where('id', 'is', 12) }, auth)

  test.each([
    [script],
    [{ user_login: 'admin', user_password: 'sandbox' }],
    [{ user_login: 'artist', user_password: 'sandbox', product: 'rv' }],
  ])('%j comes in', async (auth) => {
    expect((await who(auth)).exception).toBeUndefined()
  })

  test.each([
    [{ script_name: 'amiable', script_key: 'wrong' }, "Can't authenticate script 'amiable'"],
    [{ script_name: 'ghost', script_key: 'x' }, "Can't authenticate script 'ghost'"],
    [{ user_login: 'admin', user_password: 'wrong' }, "Can't authenticate user 'admin'."],
    [{ user_login: 'admin' }, "Can't authenticate user 'admin'."],
    [{ session_token: 'abcdef123456', reject_if_expired: true }, "Can't authenticate session token ending with '3456'"],
    [{}, "Can't authenticate"],
    [null, "Can't authenticate"],
    [{ ...script, sudo_as_login: 'ghost' }, "Cannot 'sudo' - unknown or retired user: 'ghost'"],
    [
      { user_login: 'artist', user_password: 'sandbox', sudo_as_login: 'admin' },
      "The user does not have permission to 'sudo':",
    ],
  ])('%j stays out', async (auth, text) => {
    expect(await who(auth)).toMatchObject({ exception: true, error_code: 102, message: expect.stringContaining(text) })
  })

  test('a session token stands for its user until the user is disabled', async () => {
    const { session_id: token } = await sandbox.results<{ session_id: string }>('get_session_token', undefined, {
      user_login: 'artist',
      user_password: 'sandbox',
    })
    expect(sandbox.site.findSession(token)).toEqual({ type: 'HumanUser', id: 62 })
    expect((await who({ session_token: token })).exception).toBeUndefined()
    const set = (status: string) =>
      sandbox.results('update', {
        type: 'HumanUser',
        id: 62,
        fields: [{ field_name: 'sg_status_list', value: status }],
      })
    await set('dis')
    expect(await who({ session_token: token })).toMatchObject({ error_code: 102 })
    await set('act')
    sandbox.site.closeSession(token)
    expect(await who({ session_token: token })).toMatchObject({ error_code: 102 })
  })
})

describe('schema and preferences', () => {
  test('entity types have display names', async () => {
    expect(await sandbox.results('schema_entity_read')).toMatchObject({
      Shot: { name: { value: 'Shot', editable: false }, visible: { value: true, editable: false } },
      HumanUser: { name: { value: 'Person' } },
      ApiUser: { name: { value: 'Script' } },
      Attachment: { name: { value: 'File' } },
    })
  })

  test('fields are described, one or all of them', async () => {
    const one = await sandbox.results('schema_field_read', { type: 'Version', field_name: 'sg_status_list' })
    expect(one).toMatchObject({
      sg_status_list: {
        name: { value: 'Status', editable: true },
        data_type: { value: 'status_list', editable: false },
        editable: { value: true },
        properties: {
          default_value: { value: 'rev' },
          valid_values: { value: expect.arrayContaining(['rev', 'na', 'vwd']) },
          display_values: { value: expect.objectContaining({ rev: 'Pending Review' }) },
        },
      },
    })
    const all = await sandbox.results<Record<string, Record<string, unknown>>>('schema_read')
    expect(Object.keys(all)).toEqual([...sandbox.site.schema.keys()])
    expect(all.ActionMenuItem).toHaveProperty('open_in_overlay')
    expect(await sandbox.call('schema_field_read', { type: 'Shot', field_name: 'glow' })).toMatchObject({
      error_code: 103,
    })
  })

  test('every link that says how it is linked back has that other side', () => {
    for (const { name, fields } of sandbox.site.schema.values()) {
      for (const { name: field, mirror, validTypes } of fields.values()) {
        if (mirror === null || validTypes === null) continue
        const others = validTypes.map((type) => sandbox.site.schema.get(type)?.fields.get(mirror))
        expect(
          others.some((other) => other?.mirror === field),
          `${name}.${field}`,
        ).toBe(true)
      }
    }
  })

  test('preferences: all, or those that exist among the named', async () => {
    expect(await sandbox.results('preferences_read', { prefs: [] })).toMatchObject({
      hours_per_day: 8,
      duration_units: 'days',
    })
    expect(await sandbox.results('preferences_read', { prefs: ['hours_per_day', 'email_notifications'] })).toEqual({
      hours_per_day: 8,
    })
  })
})
