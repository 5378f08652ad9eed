import { z } from 'zod'
import { defined } from '../defined.ts'
import type { FieldOption, FormField } from './fields.ts'

/** Longer texts than this get a box of several lines. */
const ONE_LINE_CHARS = 200
const MAX_FIELDS = 100

/** A property as `z.toJSONSchema` describes it, with what `.meta()` added. */
interface Property {
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Property[]
  readonly items?: Property
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly $ref?: string
  /** Set by `markDates`. */
  readonly asDate?: boolean
  // Ours, by .meta()
  readonly labels?: Readonly<Record<string, string>>
  readonly multiline?: boolean
  readonly placeholder?: string
  readonly help?: string
}

/**
 * The form of a handler's `params`: its fields in their order.
 *
 * @param schema  a zod object, of any zod 4
 * @throws {Error} naming the first field that no form can show
 */
export function describeParams(schema: unknown): FormField[] {
  if (!isZodType(schema)) throw new Error('params is not a zod schema: write params: z.object({ … }).')
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: markDates }) as {
    type?: string
    properties?: Record<string, Property>
    required?: string[]
    $defs?: Record<string, Property>
  }
  if (root.type !== 'object' || root.properties === undefined)
    throw new Error('params is not an object: write params: z.object({ … }).')
  const entries = Object.entries(root.properties)
  if (entries.length > MAX_FIELDS)
    throw new Error(`params has ${entries.length} fields: a form shows at most ${MAX_FIELDS}.`)
  const required = new Set(root.required)
  return entries.map(([name, property]) => {
    if (!/^[A-Za-z_][\w-]{0,99}$/.test(name))
      throw new Error(`params has a field named ${JSON.stringify(name)}: expected letters, digits, _ and -.`)
    return describeField(name, follow(property, root.$defs ?? {}), required.has(name))
  })
}

function describeField(name: string, given: Property, required: boolean): FormField {
  const { property, nullable } = withoutNull(given)
  const label = given.title ?? property.title ?? labelOf(name)
  const help = given.help ?? given.description ?? property.description
  const placeholder = given.placeholder ?? property.placeholder
  return {
    name,
    label,
    required: required && !nullable,
    nullable: nullable && required,
    ...(help === undefined ? {} : { help }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(given.default === undefined ? {} : { default: given.default }),
    ...shapeOf(name, { ...property, labels: given.labels ?? property.labels ?? {} }, given),
  }
}

type Shape = Pick<FormField, 'kind'> & Partial<FormField>

function shapeOf(name: string, property: Property, given: Property): Shape {
  const options = optionsOf(property)
  if (options) return { kind: 'choice', options }
  switch (property.type) {
    case 'boolean':
      return { kind: 'checkbox' }
    case 'integer':
    case 'number':
      return { kind: 'number', ...rangeOf(property), ...(property.type === 'integer' ? { integer: true } : {}) }
    case 'array':
      return listShape(name, property)
    case 'string':
      return textShape(property, given)
    default:
      throw new Error(
        `params.${name} cannot be shown in a form: expected a text, number, boolean, date, choice (z.enum), or a list of texts, numbers or choices.`,
      )
  }
}

function textShape(property: Property, given: Property): Shape {
  const asDate = property.asDate ? { asDate: true } : {}
  if (property.format === 'date') return { kind: 'date', ...asDate }
  if (property.format === 'date-time') return { kind: 'date-time' }
  const limits = defined({ minLength: property.minLength, maxLength: property.maxLength })
  const multiline = given.multiline ?? property.multiline ?? (property.maxLength ?? 0) > ONE_LINE_CHARS
  if (multiline) return { kind: 'long-text', ...limits }
  if (property.format === 'email') return { kind: 'text', format: 'email', ...limits }
  if (property.format === 'uri') return { kind: 'text', format: 'url', ...limits }
  return { kind: 'text', ...limits, ...defined({ pattern: property.pattern }) }
}

function listShape(name: string, property: Property): Shape {
  const items = property.items ?? {}
  const limits = defined({ minItems: property.minItems, maxItems: property.maxItems })
  const options = optionsOf({ ...items, labels: property.labels ?? items.labels ?? {} })
  if (options) return { kind: 'choices', options, ...limits }
  if (items.type === 'string') return { kind: 'lines', ...limits }
  if (items.type === 'number' || items.type === 'integer')
    return { kind: 'lines', numeric: true, ...limits, ...(items.type === 'integer' ? { integer: true } : {}) }
  throw new Error(
    `params.${name} is a list of something that a form cannot show: expected texts, numbers or choices (z.enum).`,
  )
}

/** Choices, if it is one of several fixed values. */
function optionsOf({ enum: values, const: only, anyOf, labels = {} }: Property): FieldOption[] | undefined {
  const members =
    values !== undefined
      ? values.map((value) => ({ value, title: undefined }))
      : only !== undefined
        ? [{ value: only, title: undefined }]
        : anyOf?.map((one) => ({ value: one.const, title: one.title }))
  if (!members || members.length === 0) return undefined
  const options: FieldOption[] = []
  for (const { value, title } of members) {
    if (typeof value !== 'string' && typeof value !== 'number') return undefined
    options.push({ value, label: labels[String(value)] ?? title ?? String(value) })
  }
  return options
}

/** Limits that belong to what they limit. That a fraction has to be above one is for the schema to say. */
function rangeOf({ type, minimum, maximum, ...property }: Property): { min?: number; max?: number } {
  const above = type === 'integer' ? property.exclusiveMinimum : undefined
  const below = type === 'integer' ? property.exclusiveMaximum : undefined
  return defined({
    min: bounded(minimum ?? (above === undefined ? undefined : above + 1)),
    max: bounded(maximum ?? (below === undefined ? undefined : below - 1)),
  })
}

/** zod bounds every integer by what JavaScript can hold; nobody has to read that. */
function bounded(limit: number | undefined): number | undefined {
  return limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit
}

function withoutNull(property: Property): { property: Property; nullable: boolean } {
  if (Array.isArray(property.type) && property.type.includes('null')) {
    const [type] = property.type.filter((one) => one !== 'null')
    return { property: { ...property, ...(type === undefined ? {} : { type }) }, nullable: true }
  }
  const others = property.anyOf?.filter(({ type }) => type !== 'null')
  if (others && others.length !== property.anyOf?.length) {
    const [only] = others
    return { property: others.length === 1 && only ? only : { ...property, anyOf: others }, nullable: true }
  }
  return { property, nullable: false }
}

/** Schemas with an id are described apart, and pointed to. */
function follow(property: Property, definitions: Readonly<Record<string, Property>>): Property {
  const name = property.$ref?.replace('#/$defs/', '')
  return name === undefined ? property : { ...definitions[name], ...property }
}

/** JSON has no dates: `z.date()` is described as its day, and made a Date again before the schema sees it. */
function markDates({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: object }): void {
  if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date', asDate: true })
}

function isZodType(value: unknown): value is z.ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value
}

/** `sgStatusList` and `sg_status_list` read "Sg status list". */
function labelOf(name: string): string {
  const spaced = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .trim()
    .toLowerCase()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
