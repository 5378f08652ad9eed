import type { Random } from '../random.ts'
import type { EntityRef } from '../refs.ts'
import type { Days } from './days.ts'
import type { Crew } from './people.ts'
import type { Records } from './records.ts'
import type { Produced } from './shots.ts'
import { descriptions, longDescription, suffixes } from './texts.ts'

const shotVersions = 102
const assetVersions = 18
const withoutThumbnail: ReadonlySet<number> = new Set([31, 77, 113])

type Plan = { of: Produced; task: EntityRef; step: string; number: number; day: number }
export type MadeVersion = { ref: EntityRef; code: string; of: Produced; step: string; index: number }
type Stage = { records: Records; random: Random; days: Days; crew: Crew; project: EntityRef }

/** The versions of a project, in the order in which they were made, 120 of them. */
export function addVersions(stage: Stage, shots: readonly Produced[], assets: readonly Produced[]): MadeVersion[] {
  const plans = [...planVersions(stage, shots, shotVersions), ...planVersions(stage, assets, assetVersions)]
  plans.sort((a, b) => a.day - b.day)
  const made = plans.map((plan, index) => addVersion(stage, plan, index))
  for (const { of, code, index, step, ref } of made) {
    if (of.ref.type !== 'Shot' || withoutThumbnail.has(index)) continue
    const number = Number(/_v(\d+)/.exec(code)?.[1] ?? 1)
    stage.records.link(of.ref, 'image', of.picture(step, number, frameOf(of, ref.id)))
  }
  return made
}

/** So many versions of some things, several of each; the later steps of a thing get the later days. */
function planVersions({ random }: Stage, all: readonly Produced[], count: number): Plan[] {
  const plans: Plan[] = []
  const numbers = new Map<string, number>()
  for (let index = 0; index < count; index++) {
    const of = all[index % all.length]
    if (of === undefined) break
    const round = Math.floor(index / all.length)
    const atStep = Math.min(of.tasks.length - 1, round + (of.ref.type === 'Shot' ? random.int(1, 2) : 0))
    const task = of.tasks[atStep]
    if (task === undefined) continue
    const key = `${of.code}/${task.step}`
    const number = (numbers.get(key) ?? 0) + (round > 0 && random.chance(0.3) ? 2 : 1)
    numbers.set(key, number)
    const day = Math.min(0, task.startDay + number * 2 + random.int(0, 3)) - (task.startDay > 0 ? random.int(0, 6) : 0)
    plans.push({ of, task: task.ref, step: task.step, number, day })
  }
  return plans
}

function addVersion({ records, random, days, crew, project }: Stage, plan: Plan, index: number): MadeVersion {
  const { of, task, step, number, day } = plan
  const name = `${of.code}_${step}_v${String(number).padStart(3, '0')}`
  const code = name + (suffixes.get(index) ?? '')
  const [first, last] = of.cut
  const user = crew.artistFor(step)
  const createdAt = day >= 0 ? days.time(-1, 9 + (index % 9)) : days.time(day, 8 + (index % 10) + 0.25)
  const folder = `/mnt/shows/lighthouse/${of.ref.type.toLowerCase()}s/${of.code}/${step}`
  const ref = records.add('Version', {
    project,
    code,
    description: index === 92 ? longDescription : random.pick(descriptions),
    entity: of.ref,
    sg_task: task,
    user: index === 50 ? null : user,
    created_by: user,
    created_at: createdAt,
    updated_at: createdAt,
    updated_by: user,
    sg_status_list: statusOf(random, index),
    sg_department: step,
    sg_version_type: of.ref.type === 'Asset' ? 'Turntable' : random.pick(['Dailies', 'Dailies', 'Client']),
    frame_range: `${first}-${last}`,
    frame_count: last - first + 1,
    sg_first_frame: first,
    sg_last_frame: last,
    sg_movie_aspect_ratio: 2.39,
    sg_movie_has_slate: true,
    sg_path_to_movie: random.chance(0.05) ? null : `${folder}/${name}.mov`,
    sg_path_to_frames: `${folder}/${name}.%04d.exr`,
    flagged: random.chance(0.05),
  })
  if (!withoutThumbnail.has(index)) records.link(ref, 'image', of.picture(step, number, frameOf(of, ref.id)))
  return { ref, code, of, step, index }
}

/** The frame in the slate: somewhere in the cut. */
function frameOf({ cut: [first, last] }: Produced, id: number): number {
  return first + ((id * 17) % (last - first))
}

function statusOf(random: Random, index: number): string {
  if (index > 96) return random.pick(['rev', 'rev', 'rev', 'ip', 'vwd'])
  return random.pick(['apr', 'apr', 'fin', 'vwd', 'vwd', 'rev', 'rrq', 'rrq', 'na', 'hld', 'ip'])
}
