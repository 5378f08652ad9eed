import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseSeed } from '../../src/sandbox/seed/seed-file.ts'
import { seededSite, startSandbox } from '../../src/sandbox/serve.ts'
import { openSandbox, where } from './sandbox-site.ts'

const load = (seed: unknown) => seededSite({ empty: true, seed: parseSeed(seed) })

describe('seeding', () => {
  test('scripts, people with groups, entities, preferences and info', async () => {
    await using sandbox = await openSandbox({
      seed: {
        scripts: [{ name: 'ingest', key: 'k-5f0c' }],
        users: [{ login: 'mira', password: 'kelp', name: 'Mira Sol', groups: ['Leads'], email: 'mira@example.com' }],
        entities: [
          {
            type: 'Shot',
            code: 'LH_010',
            project: { type: 'Project', name: 'Kelp' },
            assets: [{ type: 'Asset', code: 'Gull' }],
          },
          { type: 'Asset', id: 7, code: 'Gull', project: { type: 'Project', name: 'Kelp' }, image: 'generated' },
          { type: 'Project', name: 'Kelp' },
        ],
        preferences: { hours_per_day: 10 },
        info: { version: [8, 60, 1] },
      },
    })
    const auth = { script_name: 'ingest', script_key: 'k-5f0c' }
    expect(await sandbox.results('preferences_read', { prefs: ['hours_per_day'] }, auth)).toEqual({ hours_per_day: 10 })
    expect(sandbox.site.info.version).toEqual([8, 60, 1])
    const [asset] = await sandbox.read('Asset', { return_fields: ['shots', 'image'] })
    expect(asset).toMatchObject({ id: 7, shots: [{ type: 'Shot', id: 1, name: 'LH_010' }], image: expect.any(String) })
    const [mira] = await sandbox.read('HumanUser', {
      filters: where('login', 'is', 'mira'),
      return_fields: ['groups', 'email', 'firstname', 'permission_rule_set'],
    })
    expect(mira).toMatchObject({
      groups: [{ type: 'Group', name: 'Leads' }],
      email: 'mira@example.com',
      firstname: 'Mira',
      permission_rule_set: { name: 'Artist' },
    })
    expect(sandbox.site.checkLogin('mira', 'kelp')).toEqual({ type: 'HumanUser', id: mira?.id })
    expect(await sandbox.read('EventLogEntry')).toEqual([])
  })

  test('an empty site has accounts, statuses and permissions, and no project', async () => {
    await using sandbox = await openSandbox({ empty: true })
    expect(await sandbox.read('Project')).toEqual([])
    expect((await sandbox.read('PermissionRuleSet')).length).toBe(4)
    expect((await sandbox.read('Status')).length).toBeGreaterThan(15)
    expect(sandbox.site.checkLogin('admin', 'sandbox')).toBeDefined()
  })

  const project = { type: 'Project', id: 1, name: 'P' }
  test.each([
    [[], 'the whole file: Invalid input: expected object'],
    [{ entitys: [] }, 'the whole file: Unrecognized key: "entitys"'],
    [{ entities: [{ code: 'x' }] }, 'entities[0].type: Invalid input: expected string'],
    [{ users: [{ login: 'a', name: 'A' }] }, 'users[0].password: Invalid input'],
    [{ scripts: [{ name: 'a', key: 5 }] }, 'scripts[0].key: Invalid input: expected string'],
    [{ schema: [{ type: 'Shot' }] }, 'schema: this sandbox cannot change its schema yet'],
    [{ entities: [{ type: 'Shoot' }] }, 'entities[0].type: there is no entity type "Shoot"; expected one of Project, '],
    [
      { entities: [project, { type: 'Shot', project: { type: 'Project', id: 1 }, glow: 1 }] },
      'entities[1].glow: Shot has no field "glow"; expected one of ',
    ],
    [{ entities: [{ type: 'Shot', code: 'A' }] }, 'entities[0].project: expected a link to the Project of this Shot'],
    [
      { entities: [{ type: 'Shot', project: { type: 'Project', name: 'Q' } }] },
      'entities[0].project: expected one Project with {"name":"Q"}, found no such entity',
    ],
    [{ entities: [{ ...project, users: [{ type: 'HumanUser', id: 999 }] }] }, 'entities[0].users: API create()'],
    [{ entities: [{ ...project, sg_status: 'Open' }] }, "'Open' is not a valid list value"],
    [{ entities: [project, project] }, 'entities[1]: '],
    [{ entities: [{ ...project, image: 'cat.jpg' }] }, 'entities[0].image: '],
  ])('%j is refused with its place', (seed, text) => {
    expect(() => load(seed)).toThrow(text)
  })
})

describe('startSandbox', () => {
  test('names the seed file that it cannot use', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-seed-'))
    try {
      const seedFile = join(folder, 'seed.json')
      const start = () => startSandbox({ port: 0, empty: true, seedFile })
      await expect(start()).rejects.toThrow(`Cannot read the seed file ${seedFile}`)
      await writeFile(seedFile, '{')
      await expect(start()).rejects.toThrow(`The seed file ${seedFile} is not JSON`)
      await writeFile(seedFile, '{"entities": [{"type": "Shot"}]}')
      await expect(start()).rejects.toThrow(`The seed file ${seedFile} cannot be used.\nentities[0].project`)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('listens, answers, and closes', async () => {
    const running = await startSandbox({ port: 0, empty: true })
    expect((await fetch(`${running.url}/health`)).status).toBe(200)
    await expect(startSandbox({ port: Number(new URL(running.url).port), empty: true })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
    await running.close()
    await expect(fetch(`${running.url}/health`)).rejects.toThrow()
  })
})
