import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everything, openSandbox, smallShow, type TestSandbox, where } from './sandbox-site.ts'

let sandbox: TestSandbox
beforeAll(async () => {
  sandbox = await openSandbox({ seed: smallShow })
})
afterAll(() => sandbox.app.close())

const shot = (id: number) => ({ type: 'Shot', id })
const condition = (path: string, relation: string, ...values: unknown[]) => ({ path, relation, values })

/** Type, filter, ids that match. */
const cases: [string, unknown, number[]][] = [
  ['Shot', everything, [310, 311, 312, 320]],
  ['Shot', { logical_operator: 'or', conditions: [] }, [310, 311, 312, 320]],
  ['Shot', where('code', 'is', 'kp_010'), [310]],
  ['Shot', where('code', 'is_not', 'KP_010'), [311, 312, 320]],
  ['Shot', where('code', 'contains', 'P_0'), [310, 311, 312]],
  ['Shot', where('code', 'not_contains', 'p_0'), [320]],
  ['Shot', where('code', 'starts_with', 'KP'), [310, 311, 312]],
  ['Shot', where('code', 'ends_with', '010'), [310, 320]],
  ['Shot', where('code', 'in', 'KP_010', 'KP_030'), [310, 312]],
  ['Shot', where('code', 'not_in', 'KP_010', 'KP_030'), [311, 320]],
  ['Shot', where('description', 'is', null), [311, 312, 320]],
  ['Shot', where('description', 'is', ''), [311, 312, 320]],
  ['Shot', where('description', 'is_not', null), [310]],
  ['Shot', where('description', 'not_contains', 'light'), [311, 312, 320]],
  ['Shot', where('sg_cut_in', 'is', 0), [311]],
  ['Shot', where('sg_cut_in', 'is', null), [320]],
  ['Shot', where('sg_cut_in', 'less_than', 1), [311, 312]],
  ['Shot', where('sg_cut_in', 'greater_than', -5), [310, 311]],
  ['Shot', where('sg_cut_in', 'between', -5, 0), [311, 312]],
  ['Shot', where('sg_cut_in', 'between', [-5, 0]), [311, 312]],
  ['Shot', where('sg_cut_in', 'not_between', -5, 0), [310, 320]],
  ['Shot', where('sg_cut_in', 'in', 0, null), [311, 320]],
  ['Shot', where('sg_cut_in', 'not_in', 0, null), [310, 312]],
  ['Shot', where('sg_status_list', 'in', 'ip', 'nonsense'), [310]],
  ['Shot', where('sg_status_list', 'is_not', 'ip'), [311, 312, 320]],
  ['Shot', where('id', 'greater_than', 311), [312, 320]],
  ['Shot', where('id', 'in', 320, 310, 999), [310, 320]],
  ['Shot', where('sg_sequence', 'is', { type: 'Sequence', id: 41, name: 'whatever' }), [310]],
  ['Shot', where('sg_sequence', 'is', null), [311, 312, 320]],
  ['Shot', where('sg_sequence.Sequence.code', 'is', 'KP'), [310]],
  ['Shot', where('project.Project.id', 'is', 13), [320]],
  ['Shot', where('project', 'name_contains', 'old'), [320]],
  ['Shot', where('project', 'name_is', 'kelp'), [310, 311, 312]],
  ['Shot', where('sg_sequence', 'name_not_contains', 'K'), [311, 312, 320]],
  ['Shot', where('tasks.Task.content', 'is', 'comp'), [310]],
  ['Shot', where('image', 'is', null), [310, 311, 312, 320]],
  ['Project', where('archived', 'is', true), [13]],
  ['Project', where('archived', 'is_not', true), [12]],
  ['Version', where('entity', 'type_is', 'Shot'), [700, 701]],
  ['Version', where('entity', 'type_is_not', 'Shot'), []],
  ['Version', where('entity', 'in', shot(310), shot(999)), [700]],
  ['Version', where('entity', 'not_in', shot(310)), [701]],
  ['Version', where('entity.Shot.sg_sequence.Sequence.code', 'is', 'KP'), [700]],
  ['Version', where('entity.Asset.code', 'is', null), [700, 701]],
  ['Version', where('sg_task.Task.step.Step.code', 'is', 'Comp'), [700]],
  ['Version', where('playlists', 'is', { type: 'Playlist', id: 51 }), [700, 701]],
  ['Version', where('image', 'is_not', null), [700]],
  ['Task', where('task_assignees', 'name_contains', '美咲'), [900]],
  ['Task', where('task_assignees', 'is', null), [901]],
  ['Task', where('task_assignees', 'is_not', { type: 'HumanUser', id: 62 }), [901]],
  ['Task', where('due_date', 'is', '2026-03-04'), [900]],
  ['Task', where('due_date', 'between', '2026-03-11', '2026-03-05'), [901]],
  ['Task', where('due_date', 'in_last', 1, 'DAY'), [900]],
  ['Task', where('due_date', 'in_next', 1, 'WEEK'), [900, 901]],
  ['Task', where('due_date', 'not_in_next', 2, 'DAY'), [901]],
  ['Task', where('due_date', 'in_calendar_day', 0), [900]],
  ['Task', where('due_date', 'in_calendar_week', 1), [901]],
  ['Task', where('due_date', 'in_calendar_month', 0), [900, 901]],
  ['Task', where('due_date', 'in_calendar_year', -1), []],
  ['Task', where('created_at', 'is', '2026-03-04T13:30:00+01:00'), [900, 901]],
  ['Task', where('created_at', 'less_than', '2026-03-04'), []],
  [
    'Shot',
    {
      logical_operator: 'and',
      conditions: [
        condition('project', 'is', { type: 'Project', id: 12 }),
        {
          logical_operator: 'or',
          conditions: [condition('sg_status_list', 'is', 'fin'), condition('sg_cut_in', 'is', 0)],
        },
      ],
    },
    [311, 312],
  ],
]

describe('filters', () => {
  test.each(cases)('%s %j', async (type, filters, ids) => {
    const entities = await sandbox.read(type, { filters, return_fields: ['id'] })
    expect(entities.map(({ id }) => id)).toEqual(ids)
  })
})

/** Filters, what the fault says. */
const faults: [unknown, string][] = [
  [where('sg_glow', 'is', 1), "API read() Shot.sg_glow doesn't exist."],
  [where('sg_sequence.Sequence.glow', 'is', 1), "API read() Sequence.glow doesn't exist."],
  [where('sg_sequence.Asset.code', 'is', 'x'), "doesn't exist."],
  [
    where('code', 'attachment', 'x'),
    "API read() Shot.code's 'text' data type doesn't support 'attachment' 'relation': " +
      '{"path"=>"code", "relation"=>"attachment", "values"=>["x"]}',
  ],
  [where('code', 'bigger', 'x'), 'Valid relations: ["is", "is_not", "contains"'],
  [where('code', 'is', 5), 'API read() Shot.code expected [String, NilClass] data type(s) but got Integer: 5'],
  [where('sg_cut_in', 'is', 1.5), 'expected [Integer, NilClass] data type(s) but got Float: 1.5'],
  [where('code', 'in', null), 'expected [String] data type(s) but got NilClass: nil'],
  [where('code', 'in'), "API read() Shot.code's 'in' 'relation' expects at least a 1-element array: []"],
  [where('code', 'is', 'a', 'b'), `API read() Shot.code's 'is' 'relation' expects a 1-element array: ["a", "b"]`],
  [where('sg_cut_in', 'between', 1), "API read() Shot.sg_cut_in's 'between' 'relation' expects a 2-element array: [1]"],
  [where('sg_sequence', 'is', 41), 'API read() invalid/missing entity hash: 41'],
  [where('sg_sequence', 'is', { id: 41 }), `API read() invalid/missing entity hash string 'type': {"id"=>41}`],
  [where('image', 'is_not', { type: 'Thumbnail', id: 9 }), 'expected [NilClass] data type(s) but got Hash'],
  [where('created_at', 'in_last', 1, 'day'), "doesn't support the 'day' time unit"],
  [where('created_at', 'in_last', 1), 'expects a 2-element array'],
  [where('created_at', 'is', 'tomorrow'), 'Invalid date time format: tomorrow'],
  [where('open_notes_count', 'is', 1), "Shot.open_notes_count's 'summary' data type cannot be used in a filter."],
  [{ logical_operator: 'AND', conditions: [] }, 'Invalid logical operator: AND'],
  [{ conditions: [] }, 'Missing logical operator'],
  [{ logical_operator: 'and' }, 'Missing conditions parameter'],
]

describe('filters that fail', () => {
  test.each(faults)('%j', async (filters, text) => {
    const answer = await sandbox.call('read', { type: 'Shot', filters })
    expect(answer).toMatchObject({ exception: true, error_code: 103, message: expect.stringContaining(text) })
  })

  test('groups that are nested too deep are refused, not followed', async () => {
    let filters: unknown = everything
    for (let depth = 0; depth < 300; depth++) filters = { logical_operator: 'and', conditions: [filters] }
    const answer = await sandbox.call('read', { type: 'Shot', filters })
    expect(answer.message).toContain('nested deeper than 265')
  })

  test('a secret cannot be found out by filtering for it', async () => {
    for (const [type, path] of [
      ['HumanUser', 'password_proxy'],
      ['ApiUser', 'salted_password'],
      ['ActionMenuItem', 'secret_token'],
    ]) {
      const answer = await sandbox.call('read', { type, filters: where(String(path), 'is_not', null) })
      expect(answer).toMatchObject({ error_code: 103, message: expect.stringContaining('cannot be used in a filter') })
    }
  })
})
