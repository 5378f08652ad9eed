import type { Field, ReadOnlyField } from '../../../src/site/field-types.ts'

/** A site with few types, of every kind of field. */
export interface StudioSchema {
  Project: ProjectFields
  Sequence: SequenceFields
  Shot: ShotFields
  Asset: AssetFields
  Version: VersionFields
  Playlist: PlaylistFields
  HumanUser: HumanUserFields
}

interface ProjectFields {
  id: ReadOnlyField<'number'>
  name: Field<'text'>
  archived: Field<'checkbox'>
}

interface SequenceFields {
  id: ReadOnlyField<'number'>
  code: Field<'text'>
  project: Field<'entity', 'Project'>
  shots: Field<'multi_entity', 'Shot'>
}

interface ShotFields {
  id: ReadOnlyField<'number'>
  /** Shot Code */
  code: Field<'text'>
  /** Status · wtg, ip, fin */
  sg_status_list: Field<'status_list', 'wtg' | 'ip' | 'fin'>
  sg_shot_type: Field<'list', 'FX' | 'Full CG'>
  sg_sequence: Field<'entity', 'Sequence'>
  project: Field<'entity', 'Project'>
  assets: Field<'multi_entity', 'Asset'>
  sg_cut_in: Field<'number'>
  sg_ratio: Field<'float'>
  sg_hero: Field<'checkbox'>
  sg_due: Field<'date'>
  sg_meta: Field<'serializable'>
  sg_odd: Field<'of_the_future'>
  image: Field<'image'>
  tag_list: Field<'tag_list'>
  created_at: ReadOnlyField<'date_time'>
  created_by: ReadOnlyField<'entity', 'HumanUser' | 'ApiUser'>
  sg_delivered: Field<'date_time'>
  step_0: Field<'pivot_column'>
}

interface AssetFields {
  id: ReadOnlyField<'number'>
  code: Field<'text'>
  sg_asset_type: Field<'list', 'Prop' | 'Character'>
}

interface VersionFields {
  id: ReadOnlyField<'number'>
  code: Field<'text'>
  entity: Field<'entity', 'Shot' | 'Asset'>
  sg_status_list: Field<'status_list', 'rev' | 'apr'>
  user: Field<'entity', 'HumanUser'>
  playlists: Field<'multi_entity', 'Playlist'>
  sg_uploaded_movie: Field<'url'>
}

interface PlaylistFields {
  id: ReadOnlyField<'number'>
  code: Field<'text'>
  versions: Field<'multi_entity', 'Version'>
}

interface HumanUserFields {
  id: ReadOnlyField<'number'>
  name: Field<'text'>
  login: Field<'text'>
}
