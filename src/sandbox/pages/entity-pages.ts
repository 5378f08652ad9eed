/** How a column is drawn. */
export type ColumnKind = 'image' | 'name' | 'link' | 'status' | 'text' | 'number' | 'date'

export type ColumnPlan = {
  readonly field: string
  readonly kind: ColumnKind
  readonly width: string
  readonly hidden?: boolean
}

/** The page of one entity type: which columns it may show, in which order. Labels come from the site's schema. */
export type EntityPagePlan = {
  readonly plural: string
  readonly nameField: string
  readonly statusField: string
  /** A field, with `-` for descending. */
  readonly sort: string
  readonly group: string
  readonly columns: readonly ColumnPlan[]
}

const image: ColumnPlan = { field: 'image', kind: 'image', width: '104px' }
const description: ColumnPlan = { field: 'description', kind: 'text', width: 'minmax(160px, 2.4fr)' }
const created: ColumnPlan = { field: 'created_at', kind: 'date', width: '128px' }
const updated: ColumnPlan = { field: 'updated_at', kind: 'date', width: '128px', hidden: true }
const creator: ColumnPlan = { field: 'created_by', kind: 'link', width: '144px', hidden: true }
const idColumn: ColumnPlan = { field: 'id', kind: 'number', width: '72px', hidden: true }

const status: ColumnPlan = { field: 'sg_status_list', kind: 'status', width: '168px' }
const link = (field: string, width = 'minmax(112px, 1fr)', hidden = false): ColumnPlan => ({
  field,
  kind: 'link',
  width,
  hidden,
})
const name = (field: string): ColumnPlan => ({ field, kind: 'name', width: 'minmax(184px, 1.6fr)' })
const number = (field: string, hidden = false): ColumnPlan => ({ field, kind: 'number', width: '112px', hidden })
const text = (field: string, width = '128px', hidden = false): ColumnPlan => ({ field, kind: 'text', width, hidden })

export const entityPages: Readonly<Record<string, EntityPagePlan>> = {
  Version: {
    plural: 'Versions',
    nameField: 'code',
    statusField: 'sg_status_list',
    sort: '-created_at',
    group: '',
    columns: [
      image,
      name('code'),
      link('entity'),
      link('user', '144px'),
      status,
      description,
      created,
      link('sg_task', '144px', true),
      text('frame_range', '112px', true),
      number('frame_count', true),
      text('sg_version_type', '128px', true),
      link('playlists', '160px', true),
      text('sg_path_to_movie', '240px', true),
      creator,
      updated,
      idColumn,
    ],
  },
  Shot: {
    plural: 'Shots',
    nameField: 'code',
    statusField: 'sg_status_list',
    sort: 'code',
    group: 'sg_sequence',
    columns: [
      image,
      name('code'),
      link('sg_sequence'),
      status,
      description,
      number('sg_cut_in'),
      number('sg_cut_out'),
      number('sg_cut_duration'),
      link('assets', '200px', true),
      created,
      creator,
      updated,
      idColumn,
    ],
  },
  Asset: {
    plural: 'Assets',
    nameField: 'code',
    statusField: 'sg_status_list',
    sort: 'code',
    group: 'sg_asset_type',
    columns: [
      image,
      name('code'),
      text('sg_asset_type'),
      status,
      description,
      created,
      link('shots', '200px', true),
      creator,
      updated,
      idColumn,
    ],
  },
  Task: {
    plural: 'Tasks',
    nameField: 'content',
    statusField: 'sg_status_list',
    sort: 'content',
    group: 'entity',
    columns: [
      name('content'),
      link('entity'),
      link('step', '128px'),
      link('task_assignees', 'minmax(144px, 1.2fr)'),
      status,
      { field: 'start_date', kind: 'date', width: '128px' },
      { field: 'due_date', kind: 'date', width: '128px' },
      created,
      creator,
      updated,
      idColumn,
    ],
  },
  Playlist: {
    plural: 'Playlists',
    nameField: 'code',
    statusField: 'sg_status',
    sort: '-created_at',
    group: '',
    columns: [
      image,
      name('code'),
      { ...status, field: 'sg_status' },
      description,
      link('versions', 'minmax(200px, 2fr)'),
      { field: 'sg_date_and_time', kind: 'date', width: '128px' },
      created,
      creator,
      updated,
      idColumn,
    ],
  },
}

/** Colours by what a status means: the same as in reports. A code nobody knows is grey, its words say the rest. */
const codes: Readonly<Record<string, readonly string[]>> = {
  grey: ['wtg', 'rdy', 'hld', 'na', 'omt', 'opn', 'dis'],
  blue: ['ip', 'act', 'blk', 'plsh', 'out'],
  amber: ['rev', 'vwd', 'pndng', 'cbb', 'rsk'],
  green: ['apr', 'fin', 'cmpt', 'dlvr', 'clsd', 'res', 'cfrm'],
  red: ['rej', 'rrq', 'late'],
}
const toneByCode = new Map(Object.entries(codes).flatMap(([tone, list]) => list.map((code) => [code, tone] as const)))

export function toneOf(statusCode: string): string {
  return toneByCode.get(statusCode) ?? 'grey'
}
