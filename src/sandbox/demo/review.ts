import type { EntityRef } from '../refs.ts'
import type { Days } from './days.ts'
import type { Crew } from './people.ts'
import type { Records } from './records.ts'
import type { MadeVersion } from './versions.ts'

type Stage = { records: Records; days: Days; crew: Crew; project: EntityRef }

/** Playlists, notes and published files of what was made. */
export function addReview(stage: Stage, versions: readonly MadeVersion[]): void {
  addPlaylists(stage, versions)
  addNotes(stage, versions)
  addPublishedFiles(stage, versions)
}

function addPlaylists({ records, days, project }: Stage, versions: readonly MadeVersion[]): void {
  const refs = (some: readonly MadeVersion[]) => some.map(({ ref }) => ref)
  records.add('Playlist', {
    project,
    code: `Dailies ${days.day(0)}`,
    description: 'Everything since yesterday, storm first.',
    sg_status: 'opn',
    sg_date_and_time: days.time(0, 10),
    versions: refs(versions.slice(-14)),
  })
  records.add('Playlist', {
    project,
    code: 'Client Review: the Keeper’s Room',
    sg_status: 'opn',
    sg_date_and_time: days.time(2, 16),
    versions: refs(versions.filter(({ code }) => code.startsWith('KR_')).slice(-18)),
  })
}

function addNotes({ records, days, crew, project }: Stage, versions: readonly MadeVersion[]): void {
  const [supervisor, artist] = [crew.byLogin.get('lukasz'), crew.byLogin.get('artist')]
  const newest = versions.slice(-5)
  const texts = [
    ['Too dark', 'The left third goes black on the projector. Can we lift it by half a stop?', 'opn'],
    ['波の音', '1043フレームの波、タイミングがとても良いです。', 'clsd'],
    ['Edges', 'Roto on the railing is loose from 1060 on, see attached frame range.', 'ip'],
  ] as const
  for (const [index, [subject, content, status]] of texts.entries()) {
    const version = newest[index]
    if (version === undefined || supervisor === undefined || artist === undefined) continue
    const note = records.add('Note', {
      project,
      subject,
      content,
      sg_status_list: status,
      sg_note_type: 'Dailies',
      user: supervisor,
      created_by: supervisor,
      created_at: days.time(-1, 17 + index * 0.2),
      note_links: [version.ref, version.of.ref],
      addressings_to: [artist],
    })
    if (index !== 0) continue
    records.add('Reply', {
      content: 'Will do, it comes from the vignette.',
      entity: note,
      user: artist,
      created_at: days.time(-1, 18),
    })
  }
}

function addPublishedFiles({ records, crew, project }: Stage, versions: readonly MadeVersion[]): void {
  for (const { ref, code, of, step } of versions.filter((version) => version.step === 'comp')) {
    const number = Number(/_v(\d+)/.exec(code)?.[1] ?? 1)
    const user = crew.artistFor(step)
    records.add('PublishedFile', {
      project,
      code: `${code}.exr`,
      name: `${of.code}_${step}`,
      entity: of.ref,
      version: ref,
      version_number: number,
      published_file_type: { type: 'PublishedFileType', code: 'Image Sequence' },
      sg_status_list: 'cmpt',
      path_cache: `lighthouse/shots/${of.code}/${step}/${code}.%04d.exr`,
      created_by: user,
    })
  }
}
