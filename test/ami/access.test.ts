import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Access, createAccess } from '../../src/ami/access.ts'
import type { ClickContext } from '../../src/handlers/envelope.ts'
import { Manifest } from '../../src/handlers/manifest.ts'
import { lost, startWatchedSite, type WatchedSite } from '../helpers/watched-site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'

const admin = { id: 61, login: 'admin' }
const artist = { id: 62, login: 'artist' }

let site: WatchedSite
let access: Access
let nowMs: number
let down: boolean

beforeEach(async () => {
  nowMs = 1_000
  down = false
  site = await startWatchedSite({
    seed: {
      ...smallShow,
      entities: [
        ...smallShow.entities,
        { type: 'Project', id: 14, name: 'Étude' },
        { type: 'Shot', id: 330, code: 'ET_010', project: { type: 'Project', id: 14 } },
      ],
    },
    intercept: (_call, answer) => (down ? lost : answer()),
  })
  access = createAccess({ site: site.client, nowMs: () => nowMs })
})
afterEach(() => site[Symbol.asyncDispose]())

function handler(rules: Partial<Manifest>): Manifest {
  return Manifest.parse({ name: 'approve', file: '/handlers/approve.ts', title: 'Approve', ...rules })
}

function click(context: Partial<ClickContext> = {}): ClickContext {
  return {
    entityType: 'Shot',
    selectedIds: [310, 311],
    pageIds: [310, 311, 312],
    user: admin,
    page: { columns: [], sorts: [], groupings: [] },
    payload: {},
    ...context,
  }
}

const refused = (code: string, ...parts: string[]) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(new RegExp(parts.map((part) => `(?=.*${part})`).join(''), 's')),
  })

test('a handler for everybody everywhere asks the site nothing', async () => {
  down = true
  await access.check(handler({}), click())
  expect(site.calls).toEqual([])
})

describe('permission groups', () => {
  test.each([['Admin'], ['admin'], [' ADMIN ']])(
    'who is in the group that the handler calls %j may use it',
    async (group) => {
      await access.check(handler({ access: { groups: ['Manager', group] } }), click())
    },
  )

  test('who is not is told which groups may, and the own one', async () => {
    const check = access.check(handler({ access: { groups: ['Admin', 'Manager'] } }), click({ user: artist }))
    await expect(check).rejects.toThrow(refused('ACCESS_DENIED', '“Approve” is for Admin, Manager', 'group is Artist'))
  })

  test('a group of scripts that has the name of one of people lets nobody in', async () => {
    const check = access.check(handler({ access: { groups: ['API Admin'] } }), click())
    await expect(check).rejects.toThrow(refused('ACCESS_DENIED'))
  })

  test.each([
    ['disabled', () => site.update('HumanUser', 61, { sg_status_list: 'dis' })],
    ['retired', () => site.client.delete({ type: 'HumanUser', id: 61 })],
  ])('a person whom the site has %s may not', async (_how, end) => {
    await end()
    const check = access.check(handler({ access: { groups: ['Admin'] } }), click())
    await expect(check).rejects.toThrow(refused('ACCESS_DENIED', 'active person'))
  })

  test('nor does a person whom the site never had', async () => {
    const check = access.check(handler({ access: { groups: ['Admin'] } }), click({ user: { id: 9999, login: 'x' } }))
    await expect(check).rejects.toThrow(refused('ACCESS_DENIED', 'active person'))
  })

  test('the group of a person is asked for once a minute, also for clicks at the same time', async () => {
    const forAdmins = handler({ access: { groups: ['Admin'] } })
    await Promise.all(Array.from({ length: 20 }, () => access.check(forAdmins, click())))
    await site.update('HumanUser', 61, { sg_status_list: 'dis' })
    nowMs += 59_000
    await access.check(forAdmins, click())
    expect(site.calls).toHaveLength(1)
    nowMs += 2_000
    await expect(access.check(forAdmins, click())).rejects.toThrow(refused('ACCESS_DENIED'))
    expect(site.calls).toHaveLength(2)
  })

  test('while the site is away nothing is started, and the next click asks again', async () => {
    const forAdmins = handler({ access: { groups: ['Admin'] } })
    down = true
    await expect(access.check(forAdmins, click())).rejects.toThrow(refused('SITE_UNREACHABLE', 'Nothing was started'))
    down = false
    await access.check(forAdmins, click())
  })
})

describe('projects', () => {
  const inKelp = { id: 12, name: 'Kelp' }

  test('a click in the project whose id the handler names asks the site nothing', async () => {
    await access.check(handler({ projects: [12, 'Elsewhere'] }), click({ project: inKelp }))
    expect(site.calls).toEqual([])
  })

  test.each(['Kelp', 'KELP', 'E\u0301tude'])('the project may be called %s', async (name) => {
    const project = name.startsWith('E') ? { id: 14, name: 'Étude' } : inKelp
    await access.check(handler({ projects: [name] }), click({ project }))
  })

  test('a click in another project is told which ones it may be, by name', async () => {
    const check = access.check(handler({ projects: [13, 'étude', 4711] }), click({ project: inKelp }))
    await expect(check).rejects.toThrow(
      refused('PROJECT_WRONG', 'the projects Old Kelp, Étude, number 4711', 'the project Kelp'),
    )
  })

  test('a project that the site does not have lets nobody in, until it is there', async () => {
    const forReef = handler({ projects: ['Reef'] })
    await expect(access.check(forReef, click({ project: inKelp }))).rejects.toThrow(
      refused('PROJECT_WRONG', 'project Reef', 'no such project'),
    )
    const { id } = await site.create('Project', { name: 'Reef' })
    nowMs += 31_000
    await access.check(forReef, click({ project: { id: Number(id), name: 'Reef' } }))
  })

  test('names are looked up once', async () => {
    const forKelp = handler({ projects: ['Kelp'] })
    for (let at = 0; at < 5; at += 1) await access.check(forKelp, click({ project: inKelp }))
    expect(site.calls).toHaveLength(1)
  })

  test('without a project in the click, those of the selected entities count', async () => {
    await access.check(handler({ projects: ['Kelp'] }), click())
    const check = access.check(handler({ projects: ['Kelp'] }), click({ selectedIds: [310, 330] }))
    await expect(check).rejects.toThrow(refused('PROJECT_WRONG', 'Shot 330 is in Étude'))
  })

  test('with nothing selected, those of the page count', async () => {
    const check = access.check(handler({ projects: ['Kelp'] }), click({ selectedIds: [], pageIds: [310, 330] }))
    await expect(check).rejects.toThrow(refused('PROJECT_WRONG', 'Shot 330'))
    const nothing = access.check(handler({ projects: ['Kelp'] }), click({ selectedIds: [], pageIds: [] }))
    await expect(nothing).rejects.toThrow(refused('PROJECT_WRONG', 'nothing on it'))
  })

  test('projects themselves can be what is selected', async () => {
    const forKelp = handler({ projects: ['Kelp'] })
    await access.check(forKelp, click({ entityType: 'Project', selectedIds: [12] }))
    const check = access.check(forKelp, click({ entityType: 'Project', selectedIds: [12, 14] }))
    await expect(check).rejects.toThrow(refused('PROJECT_WRONG', 'Project 14'))
  })

  test('entities that belong to no project are refused', async () => {
    const people = access.check(
      handler({ projects: ['Kelp'] }),
      click({ entityType: 'Department', selectedIds: [Number((await site.create('Department', { name: 'Art' })).id)] }),
    )
    await expect(people).rejects.toThrow(refused('PROJECT_WRONG', 'Department belongs to no project'))
  })

  test('an entity that the site does not show is refused, for nobody can tell where it belongs', async () => {
    const check = access.check(handler({ projects: ['Kelp'] }), click({ selectedIds: [310, 4711] }))
    await expect(check).rejects.toThrow(refused('PROJECT_WRONG', 'Shot 4711 is not on the site'))
  })

  test('many entities are asked for 500 at a time, and no further once one is wrong', async () => {
    const shots = Array.from({ length: 1200 }, (_, at) => ({
      request_type: 'create',
      type: 'Shot',
      fields: [
        { field_name: 'code', value: `MANY_${at}` },
        { field_name: 'project', value: { type: 'Project', id: 12 } },
      ],
      return_fields: ['id'],
    }))
    const auth = { script_name: 'amiable', script_key: 'sandbox-script-key' }
    const made = await fetch(`${site.url}/api3/json`, {
      method: 'POST',
      body: JSON.stringify({ method_name: 'batch', params: [auth, shots] }),
    })
    const { results } = (await made.json()) as { results: { id: number }[] }
    const ids = results.map(({ id }) => id)
    site.calls.length = 0
    await access.check(handler({ projects: [12] }), click({ selectedIds: ids }))
    const asked = site.calls.filter(({ argument }) => JSON.stringify(argument).includes('"Shot"'))
    expect(asked).toHaveLength(3)
    site.calls.length = 0
    const tooMany = Array.from({ length: 50_000 }, (_, at) => 1_000_000 + at)
    const check = access.check(handler({ projects: [12] }), click({ selectedIds: tooMany }))
    await expect(check).rejects.toThrow(refused('PROJECT_WRONG', 'not on the site'))
    expect(site.calls.length).toBeLessThan(6)
  })
})
