import { writeFile } from 'node:fs/promises'

/** Pictures that differ; the Versions beyond are further takes of the same. */
const SCENES = 500
const SHOTS = 100
const statuses = ['ip', 'rev', 'rrq', 'apr', 'fin']
const steps = ['layout', 'anim', 'fx', 'light', 'comp']
const artists = ['Amara Okafor', 'Jonas Lindqvist', 'Élodie Marchand', 'Tomasz Wójcik']
const remarks = [
  'Rim light softened, grain matched to the plate.',
  'New camera move from layout. The crane hits its mark a few frames earlier, so that the boat stays in frame until the cut; roto of the mast is still temporary.',
  'Holdout fixed.',
  'Fog pass at half density as asked for in dailies, edges of the harbour wall kept clean.',
]

/** A seed file of so many Versions with thumbnails, ids from 1 on, as a production has them. */
export async function writeSeed(path: string, count: number): Promise<void> {
  const project = { type: 'Project', id: 1 }
  const entities = [
    { type: 'Project', id: 1, name: 'Harbour' },
    ...Array.from({ length: SHOTS }, (_, at) => ({ type: 'Shot', id: at + 1, code: `HB_${shotNumber(at)}`, project })),
    ...Array.from({ length: SHOTS }, (_, at) => ({
      type: 'Task',
      id: at + 1,
      content: `${pick(steps, at)} ${at % 3 === 0 ? 'final' : 'first pass'}`,
      project,
      entity: { type: 'Shot', id: at + 1 },
    })),
    ...artists.map((name, at) => ({ type: 'HumanUser', id: 1000 + at, login: `artist${at}`, name })),
    ...Array.from({ length: count }, (_, at) => versionAt(at)),
  ]
  await writeFile(path, JSON.stringify({ entities }))
}

function versionAt(at: number) {
  const scene = at % SCENES
  const shot = scene % SHOTS
  const take = Math.floor(at / SCENES)
  return {
    type: 'Version',
    id: at + 1,
    code: `HB_${shotNumber(shot)}_${pick(steps, shot)}_v${String(Math.floor(scene / SHOTS) + 1).padStart(3, '0')}${take > 0 ? `_take${take}` : ''}`,
    description: `${pick(remarks, at)} Take ${at + 1}.`,
    sg_status_list: pick(statuses, at * 7),
    project: { type: 'Project', id: 1 },
    entity: { type: 'Shot', id: shot + 1 },
    sg_task: { type: 'Task', id: shot + 1 },
    user: { type: 'HumanUser', id: 1000 + (at % artists.length) },
    image: 'generated',
  }
}

function shotNumber(at: number): string {
  return String((at + 1) * 10).padStart(4, '0')
}

function pick(list: readonly string[], at: number): string {
  return list[at % list.length] ?? ''
}
