import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { connect, type SiteOptions, SiteUsageError } from '../../src/site/index.ts'
import { now } from '../sandbox/sandbox-site.ts'
import { startSiteOnPort } from './helpers/site-on-port.ts'
import { auth, failureOf, sendFault, sendResults, sendShots, startServer } from './helpers/test-server.ts'

const mira = { login: 'mira', password: 'sea-of-kelp' }
const seed = {
  users: [
    { ...mira, name: 'Mira Sol' },
    { login: 'noor', password: 'two-factors', name: 'Noor', one_time_codes: ['246810', '135791'] },
    { login: 'gone', password: 'long-gone', name: 'Gone', sg_status_list: 'dis' },
  ],
}
const noor = { login: 'noor', password: 'two-factors' }

describe('a one-time code', () => {
  test('is traded once for a session that all later calls use', async () => {
    await using server = await startServer(({ body }, response) =>
      body.method_name === 'get_session_token'
        ? sendResults(response, { session_id: 'a'.repeat(40) })
        : sendShots(response, []),
    )
    await using site = server.open({ auth: { ...noor, authToken: '246810' } })
    await Promise.all([
      site.findOne('Shot', []),
      site.findOne('Task', []),
      site.with({ sudoAsLogin: 'mira' }).findOne('Note', []),
    ])
    const sent = server.calls.map(({ body }) => [body.method_name, body.params?.[0]])
    const session = { session_token: 'a'.repeat(40), reject_if_expired: true }
    expect(sent).toHaveLength(4)
    expect(sent[0]).toEqual([
      'get_session_token',
      { user_login: 'noor', user_password: 'two-factors', auth_token: '246810' },
    ])
    expect(sent.slice(1)).toEqual(
      expect.arrayContaining([
        ['read', session],
        ['read', { ...session, sudo_as_login: 'mira' }],
      ]),
    )
  })

  test('signs a person in on a site that takes each code once', async () => {
    await using port = await startSiteOnPort({ seed })
    await using site = await connect({ url: port.url, auth: { ...noor, authToken: '246810' } })
    const { sandbox } = port
    expect((await site.findOne('HumanUser', [['login', 'is', 'noor']], ['name']))?.name).toBe('Noor')
    expect((await site.create('Project', { name: 'Kelp' }, { returnFields: ['created_by'] })).created_by).toMatchObject(
      { name: 'Noor' },
    )
    const again = { url: port.url, auth: { ...noor, authToken: '246810' } }
    expect(await failureOf(connect(again))).toMatchObject({ code: 'SITE_TWO_FACTOR_REQUIRED', siteCode: 106 })
    expect(await failureOf(connect({ ...again, auth: noor }).then((other) => other.find('Shot', [])))).toMatchObject({
      code: 'SITE_TWO_FACTOR_REQUIRED',
    })
    expect(sandbox.site.useOneTimeCode('noor', '135791')).toBe(true)
  })

  test('is not sent twice by itself when the answer is lost, nor shown', async () => {
    await using server = await startServer((_, response) => response.writeHead(502).end('code 246810'))
    await using site = server.open({ auth: { ...noor, authToken: '246810' } })
    const error = await failureOf(site.findOne('Shot', []))
    expect(error).toMatchObject({ code: 'SITE_GATEWAY_FAILED' })
    expect(inspect(error)).not.toContain('246810')
    expect(server.calls).toHaveLength(1)
  })
})

describe('authenticateHumanUser', () => {
  test('finds the active person with this login and password, and nobody else', async () => {
    await using port = await startSiteOnPort({ seed })
    await using site = port.open({ sudoAsLogin: 'admin', sessionUuid: 'window' })
    expect(await site.authenticateHumanUser(mira)).toMatchObject({
      type: 'HumanUser',
      id: expect.any(Number),
      login: 'mira',
    })
    expect(await site.authenticateHumanUser({ ...mira, password: 'wrong' })).toBeUndefined()
    expect(await site.authenticateHumanUser({ ...mira, password: '' })).toBeUndefined()
    expect(await site.authenticateHumanUser({ login: 'nobody', password: 'x' })).toBeUndefined()
    expect(await site.authenticateHumanUser({ login: 'gone', password: 'long-gone' })).toBeUndefined()
    expect(await failureOf(site.authenticateHumanUser(noor))).toMatchObject({ code: 'SITE_TWO_FACTOR_REQUIRED' })
    expect(await site.authenticateHumanUser({ ...noor, authToken: '135791' })).toMatchObject({ login: 'noor' })
    expect(await site.with({ sudoAsLogin: 'mira' }).findOne('HumanUser', [['login', 'is', 'mira']])).toBeDefined()
  })

  test('is undefined for an account that is locked, until the lock ends', async () => {
    let time = now
    await using port = await startSiteOnPort({ seed, clock: () => time })
    await using site = port.open()
    const person = await site.authenticateHumanUser(mira)
    if (person === undefined) throw new Error('mira cannot sign in')
    await site.update(person, { locked_until: new Date(now.getTime() + 60_000) })
    expect(await site.authenticateHumanUser(mira)).toBeUndefined()
    time = new Date(now.getTime() + 60_000)
    expect(await site.authenticateHumanUser(mira)).toBeDefined()
  })

  test('carries only the person, and is undefined only when the site itself refuses', async () => {
    await using server = await startServer((_, response, index) => {
      if (index === 1) return sendResults(response, { entities: [] })
      if (index === 2) return sendFault(response, `no: ${mira.password}`, 110)
      response.writeHead(401).end(`gate: ${mira.password}`)
    })
    await using site = server.open({ extraAuthParams: { product: 'rv' }, sudoAsLogin: 'x', sessionUuid: 'y' })
    expect(await site.authenticateHumanUser(mira)).toBeUndefined()
    expect(server.calls[0]?.body.params?.[0]).toEqual({
      user_login: 'mira',
      user_password: mira.password,
      product: 'rv',
    })
    const elsewhere = await failureOf(site.authenticateHumanUser(mira))
    const gate = await failureOf(site.authenticateHumanUser(mira))
    expect(elsewhere).toMatchObject({ code: 'SITE_PASSWORD_NOT_ALLOWED' })
    expect(gate).toMatchObject({ code: 'SITE_AUTHENTICATION_FAILED', siteCode: undefined })
    expect(inspect([elsewhere, gate])).not.toContain(mira.password)
  })
})

describe('session tokens', () => {
  test('stand for whom the site is signed in as, sudo included, until nobody used them for a day', async () => {
    let time = now
    await using port = await startSiteOnPort({ seed, clock: () => time })
    await using site = port.open({ auth: mira })
    await using hers = port.open({ auth: { sessionToken: await site.sessionToken() } })
    await using script = port.open()
    const token = await script.with({ sudoAsLogin: 'mira' }).sessionToken()
    await using byScript = port.open({ auth: { sessionToken: token } })
    for (const one of [hers, byScript]) {
      const project = await one.create('Project', { name: `By ${one === hers}` }, { returnFields: ['created_by'] })
      expect(project.created_by).toMatchObject({ name: 'Mira Sol' })
    }
    const hours = (count: number): Date => new Date(now.getTime() + count * 3_600_000)
    time = hours(23)
    expect(await hers.find('Project', [])).toHaveLength(2)
    time = hours(46)
    expect(await hers.find('Project', [])).toHaveLength(2)
    expect(await failureOf(byScript.find('Project', []))).toMatchObject({
      code: 'SITE_AUTHENTICATION_FAILED',
      message: expect.stringContaining(`Can't authenticate session token ending with '${token.slice(-4)}'`),
    })
    expect(await site.sessionToken()).not.toBe(token)
  })
})

describe('what is said with the credentials', () => {
  test('extra parameters go with every call, and the language only when it is asked for', async () => {
    await using server = await startServer((_, response) => sendShots(response, []))
    await using site = server.open({ extraAuthParams: { product: 'rv' }, localized: true })
    await using plain = server.open()
    await site.findOne('Shot', [])
    await plain.findOne('Shot', [])
    expect(server.calls.map(({ headers }) => headers.locale)).toEqual(['auto', undefined])
    expect(server.calls.map(({ body }) => body.params?.[0])).toEqual([
      { script_name: auth.scriptName, script_key: auth.scriptKey, product: 'rv' },
      { script_name: auth.scriptName, script_key: auth.scriptKey },
    ])
  })

  test.each<[string, Partial<SiteOptions>]>([
    ['extraAuthParams', { extraAuthParams: { sudo_as_login: 'admin' } }],
    ['extraAuthParams', { extraAuthParams: { script_key: 'x' } }],
    ['auth', { auth: { ...mira, authToken: '' } }],
  ])('a wrong %s is refused', async (option, wrong) => {
    await using server = await startServer(() => {})
    expect(() => server.open(wrong)).toThrow(SiteUsageError)
    expect(() => server.open(wrong)).toThrow(option)
  })
})
