import type { EntityTypeSchemas, FieldSchema, FieldSchemas } from '../site/index.ts'

/** The schema of a site, as it is read: entity types, and entity type ▸ field ▸ description. */
export interface ReadSchema {
  readonly entityTypes: EntityTypeSchemas
  readonly fields: Readonly<Record<string, FieldSchemas>>
}

export interface SchemaFile {
  readonly text: string
  readonly entityTypes: number
  readonly fields: number
}

/** Stands in the first line, so that no other file is overwritten. */
const mark = '// Made by "amiable types"'

const head = `${mark} from the schema of the site. Do not change it: run it again when the site has changed.
// biome-ignore-all lint: made by a program
// biome-ignore-all format: made by a program
/* eslint-disable */

import type { Field, ReadOnlyField } from 'amiable'
`

/** Values that a comment names, at most. */
const NAMED_VALUES = 40

/**
 * The types of a site's schema as a file for TypeScript: same schema, same text. Entity types and fields that are hidden
 * are left out, and so are columns that only the site's own pages can read.
 */
export function writeSchemaFile({ entityTypes, fields }: ReadSchema): SchemaFile {
  const visible = Object.keys(fields)
    .filter((type) => entityTypes[type]?.visible.value === true)
    .toSorted(byCode)
  const interfaceNames = nameInterfaces(visible)
  let count = 0
  const blocks = visible.map((type) => {
    const own = Object.entries(fields[type] ?? {})
      .filter(([, { visible, data_type }]) => visible.value && data_type.value !== 'pivot_column')
      .toSorted(([one], [other]) => byCode(one, other))
    count += own.length
    const lines = own.map(([name, field]) => `${commentOn(field)}  ${keyOf(name)}: ${typeOf(field)}\n`)
    return `\nexport interface ${interfaceNames.get(type)} {\n${lines.join('')}}\n`
  })
  const members = visible.map(
    (type) =>
      `${comment([entityTypes[type]?.name.value ?? type], '    ')}    ${keyOf(type)}: ${interfaceNames.get(type)}\n`,
  )
  const declaration = `\ndeclare module 'amiable' {\n  interface SiteSchema {\n${members.join('')}  }\n}\n`
  return { text: `${head}${declaration}${blocks.join('')}`, entityTypes: visible.length, fields: count }
}

/** Whether a text is one that {@link writeSchemaFile} made, of whatever schema. */
export function isSchemaFile(text: string): boolean {
  return text.startsWith(mark)
}

/** What one text of {@link writeSchemaFile} has and another has not, or otherwise: `Shot.sg_glow`, in order. */
export function compareSchemaFiles(
  before: string,
  now: string,
): { field: string; change: 'new' | 'gone' | 'changed' }[] {
  const [old, current] = [readMembers(before), readMembers(now)]
  return [...new Set([...old.keys(), ...current.keys()])].toSorted(byCode).flatMap((field) => {
    if (!old.has(field)) return { field, change: 'new' as const }
    if (!current.has(field)) return { field, change: 'gone' as const }
    return old.get(field) === current.get(field) ? [] : { field, change: 'changed' as const }
  })
}

/** `Shot.code` ▸ its line. */
function readMembers(text: string): Map<string, string> {
  const members = new Map<string, string>()
  let type = ''
  for (const line of text.split(/\r?\n/)) {
    type = /^export interface (\w+)Fields \{$/.exec(line)?.[1] ?? type
    const name = /^ {2}(\w+|'(?:[^'\\]|\\.)*'): (?:ReadOnly)?Field</.exec(line)?.[1]
    if (name !== undefined) members.set(`${type}.${name}`, line)
  }
  return members
}

/** `ShotFields`, never one name for two. */
function nameInterfaces(types: readonly string[]): Map<string, string> {
  const taken = new Set<string>()
  return new Map(
    types.map((type) => {
      let base = type.replace(/\W/g, '_').replace(/^(?=\d)/, '_')
      while (taken.has(base)) base += '_'
      taken.add(base)
      return [type, `${base}Fields`]
    }),
  )
}

function typeOf(field: FieldSchema): string {
  const dataType = field.data_type.value
  const valid = validOf(field)
  const union = valid.length === 0 ? '' : `, ${valid.map(quote).join(' | ')}`
  return `${field.editable.value ? 'Field' : 'ReadOnlyField'}<${quote(dataType)}${union}>`
}

/** Values of a list, or entity types of a link; none where the schema names none, and so anything goes. */
function validOf({ data_type: { value: dataType }, properties }: FieldSchema): string[] {
  const isChoice = dataType === 'list' || dataType === 'status_list'
  const isLink = dataType === 'entity' || dataType === 'multi_entity' || dataType === 'addressing'
  const property = isChoice ? properties.valid_values : isLink ? properties.valid_types : undefined
  const values = Array.isArray(property?.value) ? property.value : []
  return [...new Set(values.filter((value) => typeof value === 'string'))].toSorted(byCode)
}

/** Display name, data type, and what its values are called; below, what the site says about it. */
function commentOn(field: FieldSchema): string {
  const { value: labels } = field.properties.display_values ?? { value: null }
  const named = new Map(Object.entries(Object(labels)))
  const valid = validOf(field).map((value) => {
    const label = named.get(value)
    return typeof label === 'string' && label !== value ? `${value} (${label})` : value
  })
  const shown =
    valid.length > NAMED_VALUES ? [...valid.slice(0, NAMED_VALUES), `${valid.length - NAMED_VALUES} more`] : valid
  const values = shown.length === 0 ? '' : `: ${shown.join(', ')}`
  return comment([`${field.name.value} · ${field.data_type.value}${values}`, field.description?.value ?? ''], '  ')
}

function comment(paragraphs: readonly string[], indent: string): string {
  const lines = paragraphs.map((text) => text.replace(/\s+/g, ' ').replaceAll('*/', '*\\/').trim()).filter(Boolean)
  if (lines.length === 0) return ''
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join(`${indent} *\n`)}${indent} */\n`
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name)
}

function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** By UTF-16 code unit, the same on every machine. */
function byCode(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
