import type { EntityRef } from '../refs.ts'
import type { FieldSchema } from '../schema/types.ts'
import { isRef, type LinkDifference, refOf, sameRef } from './links.ts'
import type { Row } from './store.ts'
import type { WriteContext } from './write-context.ts'

/** Keeps the `PlaylistVersionConnection`s, which hold the order of a playlist, in step with its versions. */
export function keepConnections(
  context: WriteContext,
  row: Row,
  field: FieldSchema,
  { added, removed }: LinkDifference,
): void {
  const fromPlaylist = row.type === 'Playlist' && field.name === 'versions'
  const fromVersion = row.type === 'Version' && field.name === 'playlists'
  if (!fromPlaylist && !fromVersion) return
  for (const ref of added) {
    if (fromPlaylist) connect(context, refOf(row), ref)
    else connect(context, ref, refOf(row))
  }
  for (const ref of removed) {
    if (fromPlaylist) disconnect(context, refOf(row), ref)
    else disconnect(context, ref, refOf(row))
  }
}

function connect({ site }: WriteContext, playlist: EntityRef, version: EntityRef): void {
  const orders = connectionsOf(site.store.rows('PlaylistVersionConnection'), playlist).map((one) =>
    Number(one.values.sg_sort_order ?? 0),
  )
  const connection = site.store.insert('PlaylistVersionConnection')
  site.store.setValue(connection, 'playlist', { type: playlist.type, id: playlist.id })
  site.store.setValue(connection, 'version', { type: version.type, id: version.id })
  site.store.setValue(connection, 'sg_sort_order', Math.max(0, ...orders) + 1)
}

function disconnect({ site }: WriteContext, playlist: EntityRef, version: EntityRef): void {
  for (const row of connectionsOf(site.store.rows('PlaylistVersionConnection'), playlist)) {
    const linked = row.values.version
    if (isRef(linked) && sameRef(linked, version)) site.store.setRetired(row, true, null)
  }
}

function connectionsOf(rows: readonly Row[], playlist: EntityRef): Row[] {
  return rows.filter((row) => {
    const linked = row.values.playlist
    return !row.retired && isRef(linked) && sameRef(linked, playlist)
  })
}
