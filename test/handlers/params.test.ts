import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { coerceForm } from '../../src/handlers/params/coerce.ts'
import { describeParams } from '../../src/handlers/params/describe.ts'
import type { FormField } from '../../src/handlers/params/fields.ts'
import { parseParams } from '../../src/handlers/params/parse.ts'

const field = (schema: z.ZodType, name = 'x'): FormField | undefined => describeParams(z.object({ [name]: schema }))[0]
const coerce = (schema: z.ZodType, ...texts: string[]) => {
  const { input, issues } = coerceForm(describeParams(z.object({ x: schema })), new Map([['x', texts]]))
  return issues.length > 0 ? issues.map(({ message }) => message).join(' ') : input
}

describe('a schema as a form', () => {
  test.each([
    ['text', z.string().min(2).max(40), { kind: 'text', required: true, minLength: 2, maxLength: 40 }],
    ['long text by its limit', z.string().max(500), { kind: 'long-text', maxLength: 500 }],
    ['long text by its mark', z.string().meta({ multiline: true }), { kind: 'long-text' }],
    ['an address', z.url().optional(), { kind: 'text', format: 'url', required: false }],
    ['a whole number', z.number().int().min(1).max(9), { kind: 'number', integer: true, min: 1, max: 9 }],
    ['a number above', z.int().gt(0).lt(10), { kind: 'number', integer: true, min: 1, max: 9 }],
    ['a checkbox', z.boolean().default(true), { kind: 'checkbox', default: true, required: false }],
    [
      'a choice with labels',
      z.enum(['a', 'b']).meta({ labels: { a: 'Aye' } }),
      {
        kind: 'choice',
        options: [
          { value: 'a', label: 'Aye' },
          { value: 'b', label: 'b' },
        ],
      },
    ],
    [
      'a choice of literals',
      z.union([z.literal(1).meta({ title: 'One' }), z.literal(2)]),
      {
        kind: 'choice',
        options: [
          { value: 1, label: 'One' },
          { value: 2, label: '2' },
        ],
      },
    ],
    [
      'several choices',
      z
        .array(z.enum(['a', 'b']))
        .min(1)
        .max(2),
      { kind: 'choices', minItems: 1, maxItems: 2 },
    ],
    ['lines', z.array(z.string()), { kind: 'lines' }],
    ['lines of numbers', z.array(z.int()), { kind: 'lines', numeric: true, integer: true }],
    ['a day', z.iso.date(), { kind: 'date' }],
    ['a Date', z.date().optional(), { kind: 'date', asDate: true, required: false }],
    ['nothing as null', z.string().nullable(), { kind: 'text', required: false, nullable: true }],
    ['a nullable choice', z.enum(['a', 'b']).nullable(), { kind: 'choice', nullable: true }],
    [
      'what is named elsewhere',
      z.enum(['a', 'b']).meta({ id: 'letter', title: 'Letter' }),
      { kind: 'choice', label: 'Letter' },
    ],
    ['what is made of text', z.string().transform((text) => text.length), { kind: 'text' }],
  ])('%s', (_, schema, expected) => {
    expect(field(schema)).toMatchObject(expected)
  })

  test('labels come from meta, else from the name', () => {
    expect(field(z.string().meta({ title: 'Sent to', description: 'Who gets it.' }))).toMatchObject({
      label: 'Sent to',
      help: 'Who gets it.',
    })
    expect(field(z.string(), 'sg_burnIn')?.label).toBe('Sg burn in')
  })

  test.each([
    ['an object', z.object({ x: z.object({ a: z.string() }) }), 'params.x cannot be shown in a form'],
    ['a list of objects', z.object({ x: z.array(z.object({})) }), 'params.x is a list of something'],
    ['no object at all', z.string(), 'params is not an object'],
    ['no schema', { x: 1 }, 'params is not a zod schema'],
    ['a name that no form can carry', z.object({ 'a b': z.string() }), 'a field named "a b"'],
  ])('%s is refused by name', (_, schema, message) => {
    expect(() => describeParams(schema)).toThrow(message)
  })
})

describe('text of a form', () => {
  test.each([
    ['a number', z.number(), '12.5', { x: 12.5 }],
    ['a number as Europe writes it', z.number(), '12,5', { x: 12.5 }],
    ['no number', z.number(), 'twelve', 'Expected a number.'],
    ['a fraction', z.int(), '1.5', 'Expected a whole number.'],
    ['too small a number', z.number().min(3), '2', 'Expected 3 or more.'],
    ['an endless number', z.number(), 'Infinity', 'Expected a number.'],
    ['nothing, where something is needed', z.string(), '   ', 'Fill this in.'],
    ['nothing, where nothing is fine', z.string().optional(), '', {}],
    ['nothing, where null is meant', z.string().nullable(), '', { x: null }],
    ['a number that was cleared', z.int().default(4), '', 'Fill this in.'],
    ['a text that was cleared', z.string().default('x'), '', { x: '' }],
    ['lines that were cleared', z.array(z.string()).default(['x']), '', { x: [] }],
    ['a choice that is none', z.enum(['a', 'b']), 'c', '“c” is not one of the choices: a, b.'],
    ['a day that is none', z.iso.date(), '2026-02-30', 'Expected a date, such as 2026-03-31.'],
    ['a day', z.iso.date(), '2026-02-28', { x: '2026-02-28' }],
    ['line ends of browsers', z.string().meta({ multiline: true }), 'a\r\nb', { x: 'a\nb' }],
    ['too long a text', z.string().max(3), 'abcd', 'At most 3 letters fit; this has 4.'],
    ['lines', z.array(z.string()), ' a\r\n\r\nb ', { x: ['a', 'b'] }],
    ['a line that is no number', z.array(z.number()), '1\nzwei', '“zwei” is not a number.'],
    ['a number among choices', z.literal([1, 2]), '2', { x: 2 }],
  ])('%s', (_, schema, text, expected) => {
    expect(coerce(schema, text)).toEqual(expected)
  })

  test('a checkbox that came with its shadow', () => {
    expect(coerce(z.boolean(), 'false', 'true')).toEqual({ x: true })
    expect(coerce(z.boolean(), 'false')).toEqual({ x: false })
    expect(coerceForm(describeParams(z.object({ x: z.boolean().default(true) })), new Map())).toEqual({
      input: {},
      issues: [],
    })
  })

  test('several choices, none, too many', () => {
    const schema = z.array(z.enum(['a', 'b', 'c'])).max(2)
    expect(coerce(schema, '', 'a', 'c', 'a')).toEqual({ x: ['a', 'c'] })
    expect(coerce(schema, '')).toEqual({ x: [] })
    expect(coerce(schema.default(['a']), '')).toEqual({ x: [] })
    expect(coerce(schema.optional(), '')).toEqual({})
    expect(coerce(schema, 'a', 'b', 'c')).toBe('At most 2 are taken.')
  })

  test('a field that the form does not have is named, with those that it has', () => {
    const { issues } = coerceForm(describeParams(z.object({ status: z.string() })), new Map([['stauts', ['apr']]]))
    expect(issues.map(({ message }) => message)).toContain('There is no field named stauts. There are: status.')
  })

  test('what a schema takes survives the way through a form', () => {
    const schema = z.object({
      text: z.string().min(1).max(50),
      count: z.int(),
      share: z.number(),
      on: z.boolean(),
      paper: z.enum(['a4', 'letter']),
      tags: z.array(z.enum(['comp', 'fx', 'light'])),
      ids: z.array(z.int()).min(1),
    })
    const fields = describeParams(schema)
    const valid = fc.record({
      text: fc.string({ minLength: 1, maxLength: 50, unit: 'grapheme-ascii' }).filter((text) => text.trim() !== ''),
      count: fc.integer(),
      share: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      on: fc.boolean(),
      paper: fc.constantFrom('a4', 'letter'),
      tags: fc.uniqueArray(fc.constantFrom('comp', 'fx', 'light')),
      ids: fc.array(fc.integer(), { minLength: 1, maxLength: 20 }),
    })
    fc.assert(
      fc.property(valid, (values) => {
        const texts = new Map<string, string[]>(
          Object.entries(values).map(([name, value]) => {
            if (name === 'ids') return [name, [String((value as number[]).join('\r\n'))]]
            return [name, Array.isArray(value) ? ['', ...value.map(String)] : [String(value)]]
          }),
        )
        const { input, issues } = coerceForm(fields, texts)
        expect(issues).toEqual([])
        expect(schema.parse(input)).toEqual(values)
      }),
    )
  })

  test('no text at all makes it throw', () => {
    const fields = describeParams(
      z.object({ a: z.number(), b: z.iso.date(), c: z.array(z.int()), d: z.enum(['x']), e: z.boolean(), f: z.date() }),
    )
    const anything = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '__proto__', 'g'),
      fc.array(fc.string()),
    )
    fc.assert(fc.property(anything, (texts) => void coerceForm(fields, new Map(Object.entries(texts)))))
  })
})

describe('the schema itself', () => {
  test('has the last word, by field', async () => {
    const schema = z
      .object({ a: z.int(), b: z.int() })
      .refine(({ a, b }) => a < b, { path: ['b'], message: 'too small' })
    expect(await parseParams(schema, describeParams(schema), { a: 2, b: 1 })).toEqual({
      issues: [{ field: 'b', message: 'too small' }],
    })
    expect(await parseParams(schema, describeParams(schema), { a: 1, b: 2 })).toEqual({ params: { a: 1, b: 2 } })
  })

  test('gets a Date where it wants one', async () => {
    const schema = z.object({ due: z.date() })
    expect(await parseParams(schema, describeParams(schema), { due: '2026-03-04' })).toEqual({
      params: { due: new Date('2026-03-04T00:00:00Z') },
    })
  })
})
