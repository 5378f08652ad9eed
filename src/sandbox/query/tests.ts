import { isList, type Json } from '../json.ts'
import type { FieldSchema } from '../schema/types.ts'
import { type Condition, one, some, two, type ValueTest } from './condition.ts'
import { compileDateTest } from './date-tests.ts'
import { compileLinkTest } from './link-tests.ts'
import { keyOf, wrongClass } from './operands.ts'

/** The test of a stored value for the positive form of the relation. Throws a `Fault` for values that do not fit. */
export function compileTest(condition: Condition): ValueTest {
  const { field, positive } = condition
  const { dataType } = field
  if (dataType === 'entity' || dataType === 'multi_entity' || dataType === 'addressing')
    return compileLinkTest(condition)
  if (dataType === 'tag_list') return compileTagTest(condition)
  if (dataType === 'jsonb') return compileJsonTest(condition)
  if (dataType === 'date' || dataType === 'date_time') {
    const test = compileDateTest(condition)
    if (test !== undefined) return test
  }
  const key = (value: Json) => keyOf(condition, value)
  const stored = storedKey(field)
  switch (positive) {
    case 'is': {
      const wanted = key(one(condition))
      return (value) => stored(value) === wanted
    }
    case 'in': {
      const wanted = new Set(some(condition).map(key))
      return (value) => wanted.has(stored(value))
    }
    case 'less_than':
    case 'greater_than': {
      const limit = key(one(condition))
      if (limit === null) return () => false
      return positive === 'less_than'
        ? (value) => value !== null && (stored(value) ?? limit) < limit
        : (value) => value !== null && (stored(value) ?? limit) > limit
    }
    case 'between': {
      const [a, b] = two(condition).map(key)
      if (a === null || b === null || a === undefined || b === undefined) return () => false
      const swap = (dataType === 'date' || dataType === 'date_time') && a > b
      const [low, high] = swap ? [b, a] : [a, b]
      return (value) => {
        const own = stored(value)
        return own !== null && own >= low && own <= high
      }
    }
    default:
      return compileTextTest(condition)
  }
}

/** `contains`, `starts_with`, `ends_with`, all without regard to case. */
function compileTextTest(condition: Condition): ValueTest {
  const part = one(condition)
  if (typeof part !== 'string') throw wrongClass(condition, ['String'], part)
  const wanted = part.toLowerCase()
  const matches = {
    contains: (text: string) => text.includes(wanted),
    starts_with: (text: string) => text.startsWith(wanted),
    ends_with: (text: string) => text.endsWith(wanted),
  }[condition.positive]
  return (value) => typeof value === 'string' && (matches?.(value.toLowerCase()) ?? false)
}

function compileTagTest(condition: Condition): ValueTest {
  const wanted = one(condition)
  if (wanted !== null && typeof wanted !== 'string') throw wrongClass(condition, ['String', 'NilClass'], wanted)
  const lower = wanted?.toLowerCase() ?? null
  const tags = (value: Json) => (isList(value) ? value.map((tag) => String(tag).toLowerCase()) : [])
  if (lower === null) return (value) => tags(value).length === 0
  return condition.positive === 'name_contains'
    ? (value) => tags(value).some((tag) => tag.includes(lower))
    : (value) => tags(value).includes(lower)
}

function compileJsonTest(condition: Condition): ValueTest {
  const wanted = JSON.stringify(one(condition))
  return condition.positive === 'contains'
    ? (value) => JSON.stringify(value).includes(wanted)
    : (value) => JSON.stringify(value) === wanted
}

/** What a stored value is compared by. */
function storedKey(field: FieldSchema): (value: Json) => string | number | boolean | null {
  const ignoresCase = field.dataType === 'text' || field.dataType === 'list' || field.dataType === 'footage'
  if (ignoresCase) return (value) => (typeof value === 'string' ? value.toLowerCase() : null)
  return (value) => (typeof value === 'object' ? null : value)
}
