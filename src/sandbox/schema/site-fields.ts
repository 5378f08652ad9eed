import { buildSchema } from './index.ts'
import type { EntityTypeSchema, FieldSchema, SiteSchema } from './types.ts'

/** What only schema calls show of a field. */
export type FieldSettings = {
  /** Fields that the site came with are always visible. */
  readonly addedOnSite: boolean
  /** How pages summarize the field; `none` or a summary type. */
  readonly summaryDefault: string
  readonly openInNewWindow: boolean
  /** Ids of the projects that do not show the field. */
  readonly hiddenIn: ReadonlySet<number>
}

const asShipped: FieldSettings = {
  addedOnSite: false,
  summaryDefault: 'none',
  openInNewWindow: true,
  hiddenIn: new Set(),
}

/** The schema of one site, and the changes that are made to it. */
export class SiteFields {
  readonly #types: ReadonlyMap<string, EntityTypeSchema & { readonly fields: Map<string, FieldSchema> }>
  readonly #settings = new Map<string, FieldSettings>()
  readonly #retired = new Set<string>()

  constructor(shipped: SiteSchema = buildSchema()) {
    this.#types = new Map([...shipped].map(([name, type]) => [name, { ...type, fields: new Map(type.fields) }]))
  }

  get schema(): SiteSchema {
    return this.#types
  }

  settingsOf(type: string, field: string): FieldSettings {
    return this.#settings.get(keyOf(type, field)) ?? asShipped
  }

  /** Adds a field or puts another in its place. */
  set(type: string, field: FieldSchema, settings: Partial<FieldSettings> = {}): void {
    this.#types.get(type)?.fields.set(field.name, field)
    this.#settings.set(keyOf(type, field.name), { ...this.settingsOf(type, field.name), ...settings })
  }

  /** Takes a field away; its name stays taken. */
  retire(type: string, field: string): void {
    this.#types.get(type)?.fields.delete(field)
    this.#settings.delete(keyOf(type, field))
    this.#retired.add(keyOf(type, field))
  }

  isRetired(type: string, field: string): boolean {
    return this.#retired.has(keyOf(type, field))
  }
}

function keyOf(type: string, field: string): string {
  return `${type}.${field}`
}
