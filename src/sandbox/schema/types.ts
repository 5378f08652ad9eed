import type { Json } from '../json.ts'

export const dataTypes = [
  'addressing',
  'calculated',
  'checkbox',
  'color',
  'currency',
  'date',
  'date_time',
  'duration',
  'entity',
  'entity_type',
  'float',
  'footage',
  'image',
  'integer',
  'jsonb',
  'list',
  'multi_entity',
  'number',
  'password',
  'percent',
  'pivot_column',
  'serializable',
  'status_list',
  'summary',
  'system_task_type',
  'tag_list',
  'text',
  'timecode',
  'url',
  'url_template',
  'uuid',
] as const
export type DataType = (typeof dataTypes)[number]

/** One field of an entity type. */
export type FieldSchema = {
  /** System name, such as `sg_status_list`. */
  readonly name: string
  readonly displayName: string
  readonly dataType: DataType
  /** False for what only the site itself writes. */
  readonly editable: boolean
  /** Editable, but only while the entity is being created. */
  readonly createOnly: boolean
  readonly mandatory: boolean
  readonly unique: boolean
  readonly description: string
  readonly defaultValue: Json
  /** Entity types that a link may point at; null for any. */
  readonly validTypes: readonly string[] | null
  /** For `list` and `status_list`. */
  readonly validValues: readonly string[]
  /** The field on the linked entity that links back, kept in step by the site. */
  readonly mirror: string | null
  /** Can be written but never read, filtered or found in the event log. */
  readonly secret: boolean
}

/** One entity type. */
export type EntityTypeSchema = {
  readonly name: string
  readonly displayName: string
  /** The field that names an entity, such as `code`; null for types without one. */
  readonly identity: string | null
  /** Whether `create` needs a `project`. */
  readonly projectScoped: boolean
  readonly fields: ReadonlyMap<string, FieldSchema>
}

/** All entity types by name, in the order in which they are listed. */
export type SiteSchema = ReadonlyMap<string, EntityTypeSchema>
