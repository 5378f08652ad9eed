import type { Random } from '../random.ts'
import type { EntityRef } from '../refs.ts'
import { steps } from '../seed/essentials.ts'
import { formatPicture } from '../thumbnails/picture.ts'
import type { Days } from './days.ts'
import type { Crew } from './people.ts'
import type { Records } from './records.ts'

const sequences = [
  ['LH', 'Dusk at the lighthouse. Wide and calm: we meet the island before we meet its keeper.', 'Live Action'],
  ['NS', 'The night storm. The trawler loses its light.', 'Full CG'],
  ['KR', 'The keeper’s room. Warm lamps, cold windows.', 'Live Action'],
] as const

const assets = [
  ['Keeper', 'Character', 'keeper'],
  ['Ida', 'Character', 'girl'],
  ['Gull', 'Character', 'gull'],
  ['Boje the Dog', 'Character', 'dog'],
  ['Rowboat', 'Vehicle', 'rowboat'],
  ['Trawler', 'Vehicle', 'trawler'],
  ['Oil Lamp', 'Prop', 'lamp'],
  ['Brass Telescope', 'Prop', 'telescope'],
  ['Logbook', 'Prop', 'book'],
  ['Fresnel Lens', 'Prop', 'lens'],
  ['Headland', 'Environment', 'headland'],
  ['Keeper’s House', 'Environment', 'kitchen'],
] as const

const shotWork = [
  'wide, the island from the sea',
  'the boat turns into the wind',
  'low angle, the lamp comes on',
  'Ida counts the seconds between two beams',
  'the wave that takes the railing',
  'on the beach, early',
  'fog closes in',
  'the log of that night',
  'nobody answers the horn',
  'match cut to the lens',
]

/** Something that versions are made of. */
export type Produced = {
  readonly ref: EntityRef
  readonly code: string
  readonly tasks: readonly { readonly ref: EntityRef; readonly step: string; readonly startDay: number }[]
  readonly cut: readonly [first: number, last: number]
  picture(step: string, version: number, frame: number): string
}

type Stage = { records: Records; random: Random; days: Days; crew: Crew; project: EntityRef }

/** The sequences, shots and assets of a project, with their tasks. */
export function addProduced(stage: Stage): { shots: Produced[]; assets: Produced[] } {
  const made = assets.map(([code, kind, subject]) => addAsset(stage, code, kind, subject))
  const shots: Produced[] = []
  for (const [sequenceIndex, [code, description, kind]] of sequences.entries()) {
    const sequence = stage.records.add('Sequence', {
      project: stage.project,
      code,
      description,
      sg_sequence_type: kind,
      sg_status_list: 'ip',
      image: formatPicture({ kind: 'scene', sequence: code, shot: '010', step: 'comp', version: 1, frame: 1001 }),
    })
    for (let number = 1; number <= 10; number++) shots.push(addShot(stage, code, sequence, sequenceIndex, number, made))
  }
  return { shots, assets: made }
}

function addShot(
  stage: Stage,
  sequenceCode: string,
  sequence: EntityRef,
  sequenceIndex: number,
  number: number,
  all: readonly Produced[],
): Produced {
  const { records, random, project } = stage
  const shot = String(number * 10).padStart(3, '0')
  const code = `${sequenceCode}_${shot}`
  const length = random.int(48, 180)
  const cut = [1009, 1008 + length] as const
  const ref = records.add('Shot', {
    project,
    code,
    sg_sequence: sequence,
    description: number === 9 && sequenceIndex === 1 ? null : (shotWork[(number + sequenceIndex * 3) % 10] ?? null),
    sg_status_list: random.pick(['ip', 'ip', 'ip', 'rev', 'apr', 'fin', 'wtg', 'rdy', 'hld', 'omt']),
    sg_shot_type: sequenceIndex === 1 ? 'Full CG' : 'Live Action',
    sg_cut_order: sequenceIndex * 100 + number * 10,
    sg_head_in: 1001,
    sg_cut_in: cut[0],
    sg_cut_out: cut[1],
    sg_tail_out: cut[1] + 8,
    sg_cut_duration: length,
    sg_working_duration: length + 16,
    assets: all.filter(() => random.chance(0.28)).map((asset) => asset.ref),
  })
  const used = ['layout', 'anim', ...(sequenceIndex === 1 || random.chance(0.3) ? ['fx'] : []), 'light', 'comp']
  return {
    ref,
    code,
    cut,
    tasks: addTasks(stage, ref, used, -62 + sequenceIndex * 9 + number * 2),
    picture: (step, version, frame) =>
      formatPicture({ kind: 'scene', sequence: sequenceCode, shot, step, version, frame }),
  }
}

function addAsset(stage: Stage, code: string, kind: string, subject: string): Produced {
  const { records, random, project } = stage
  const ref = records.add('Asset', {
    project,
    code,
    sg_asset_type: kind,
    description: kind === 'Prop' ? null : `${code}, as agreed in the art review.`,
    sg_status_list: random.pick(['ip', 'rev', 'apr', 'fin', 'fin']),
    image: formatPicture({ kind: 'asset', subject, step: 'art', version: 1 }),
  })
  const used = kind === 'Character' || kind === 'Vehicle' ? ['art', 'model', 'tex', 'rig'] : ['art', 'model', 'tex']
  return {
    ref,
    code: code.replaceAll(/[^A-Za-z]+/g, ''),
    cut: [1001, 1100],
    tasks: addTasks(stage, ref, used, -80 + random.int(0, 16)),
    picture: (step, version) => formatPicture({ kind: 'asset', subject, step, version }),
  }
}

/** One task per step, each beginning about where the one before ends. */
function addTasks(stage: Stage, entity: EntityRef, used: readonly string[], firstDay: number): Produced['tasks'] {
  const { records, random, days, crew, project } = stage
  let day = firstDay
  let upstream: EntityRef | undefined
  return used.map((step, index) => {
    const length = random.int(4, 11)
    const startDay = day
    const dueDay = day + length
    day = dueDay + random.int(0, 2)
    const [name = step] = steps.find(([, shortName]) => shortName === step) ?? []
    const ref = records.add('Task', {
      project,
      entity,
      content: name,
      step: { type: 'Step', short_name: step },
      task_assignees: random.chance(0.06) ? [] : [crew.artistFor(step)],
      sg_status_list: statusOn(random, startDay, dueDay),
      start_date: days.day(startDay),
      due_date: random.chance(0.04) ? null : days.day(dueDay),
      duration: (length + 1) * 480,
      est_in_mins: length * 480,
      sg_task_order: index + 1,
      upstream_tasks: upstream === undefined ? [] : [upstream],
    })
    upstream = ref
    return { ref, step, startDay }
  })
}

function statusOn(random: Random, startDay: number, dueDay: number): string {
  if (startDay > 7) return 'wtg'
  if (startDay > 0) return random.pick(['wtg', 'rdy'])
  if (dueDay > 0) return random.pick(['ip', 'ip', 'rev', 'hld'])
  return random.pick(['apr', 'fin', 'fin', 'fin', 'rev', 'rrq', 'na', 'omt'])
}
