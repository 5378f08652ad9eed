import { seededRandom } from '../random.ts'
import type { EntityRef } from '../refs.ts'
import { type LoadRecord, loadRecords } from '../seed/load.ts'
import type { SandboxSite } from '../site.ts'
import { logNew } from '../store/events.ts'
import { isRef } from '../store/links.ts'
import { formatPicture } from '../thumbnails/picture.ts'
import { daysAround } from './days.ts'
import { addPeople } from './people.ts'
import { collectRecords, type Records } from './records.ts'
import { addReview } from './review.ts'
import { addProduced } from './shots.ts'
import { addVersions } from './versions.ts'

const pages = ['Version', 'Shot', 'Asset', 'Task', 'Sequence', 'Playlist', 'Note', 'PublishedFile'] as const

/** Puts the demo project on a site that has the essentials: always the same one, its dates around the site's today. */
export function loadDemo(site: SandboxSite): void {
  loadRecords(site, demoRecords(site.now()))
  logVersions(site)
}

/** Everything in the demo. The same day gives the same records. */
export function demoRecords(now: Date): readonly LoadRecord[] {
  const records = collectRecords()
  const random = seededRandom('lighthouse')
  const days = daysAround(now)
  const project = records.add('Project', {
    name: 'Lighthouse',
    code: 'lh',
    tank_name: 'lighthouse',
    sg_status: 'Active',
    sg_type: 'Short Film',
    sg_description: 'A keeper, a girl and a storm. Thirty shots.',
    start_date: days.day(-80),
    end_date: days.day(40),
    color: '49,120,198',
    image: formatPicture({ kind: 'poster', title: 'Lighthouse' }),
  })
  const archived = records.add('Project', {
    name: 'Ferry Test',
    code: 'ferry',
    sg_status: 'Hold',
    sg_type: 'Commercial',
    archived: true,
    image: formatPicture({ kind: 'poster', title: 'Ferry Test' }),
  })
  const crew = addPeople(records, [project, archived])
  const stage = { records, random, days, crew, project }
  records.add('LocalStorage', {
    code: 'primary',
    linux_path: '/mnt/shows',
    mac_path: '/Volumes/shows',
    windows_path: 'P:\\shows',
  })
  for (const name of ['hero', 'client', 'night']) records.add('Tag', { name })
  const { shots, assets } = addProduced(stage)
  addReview(stage, addVersions(stage, shots, assets))
  addArchived(records, archived)
  for (const entityType of pages) {
    const name = `All ${entityType === 'PublishedFile' ? 'Published File' : entityType}s`
    records.add('Page', { name, entity_type: entityType, page_type: 'entity_query', project, shared: true })
  }
  return records.all
}

/** A small project that is over, so that it matters whether archived ones are included. */
function addArchived(records: Records, project: EntityRef): void {
  const sequence = records.add('Sequence', { project, code: 'FT' })
  for (const shot of ['010', '020']) {
    const image = formatPicture({ kind: 'scene', sequence: 'FT', shot, step: 'comp', version: 1, frame: 1001 })
    const ref = records.add('Shot', {
      project,
      code: `FT_${shot}`,
      sg_sequence: sequence,
      sg_status_list: 'omt',
      image,
    })
    records.add('Version', { project, code: `FT_${shot}_comp_v001`, entity: ref, sg_status_list: 'na', image })
  }
}

/** The log begins with the versions of the demo, so that whoever follows it has something to follow. */
function logVersions(site: SandboxSite): void {
  for (const row of site.store.rows('Version')) {
    const { created_at: at, created_by: by } = row.values
    if (typeof at !== 'string' || !isRef(by) || by.type !== 'HumanUser') continue
    logNew({ site, actor: site.actorFor(by), at, asSite: true }, row)
  }
}
