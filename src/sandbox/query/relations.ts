import type { DataType } from '../schema/types.ts'

const equal = ['is', 'is_not'] as const
const choice = [...equal, 'in', 'not_in'] as const
const measured = [...equal, 'greater_than', 'less_than', 'between', 'in', 'not_in'] as const
const counted = [...equal, 'less_than', 'greater_than', 'between', 'not_between', 'in', 'not_in'] as const
const dated = [
  ...equal,
  'greater_than',
  'less_than',
  'in_last',
  'not_in_last',
  'in_next',
  'not_in_next',
  'in_calendar_day',
  'in_calendar_week',
  'in_calendar_month',
  'in_calendar_year',
  'between',
  'in',
  'not_in',
] as const
const linked = [
  ...equal,
  'type_is',
  'type_is_not',
  'name_contains',
  'name_not_contains',
  'name_is',
  'in',
  'not_in',
] as const

/** Which relations a filter may use, by data type, in the order in which messages name them. */
export const relationsOf = {
  addressing: [
    ...equal,
    'contains',
    'not_contains',
    'in',
    'type_is',
    'type_is_not',
    'name_contains',
    'name_not_contains',
    'name_starts_with',
    'name_ends_with',
  ],
  calculated: [],
  checkbox: equal,
  color: choice,
  currency: counted,
  date: dated,
  date_time: dated,
  duration: measured,
  entity: linked,
  entity_type: choice,
  float: measured,
  footage: choice,
  image: equal,
  integer: counted,
  jsonb: [...equal, 'contains', 'not_contains'],
  list: choice,
  multi_entity: linked,
  number: counted,
  password: [],
  percent: measured,
  pivot_column: [],
  serializable: [],
  status_list: choice,
  summary: [],
  system_task_type: choice,
  tag_list: [...equal, 'name_contains', 'name_not_contains', 'name_id'],
  text: [...equal, 'contains', 'not_contains', 'starts_with', 'ends_with', 'in', 'not_in'],
  timecode: measured,
  url: [],
  url_template: [],
  uuid: choice,
} as const satisfies Record<DataType, readonly string[]>

/** The relation that a negative one is the exact opposite of. */
const negations: ReadonlyMap<string, string> = new Map([
  ['is_not', 'is'],
  ['not_in', 'in'],
  ['not_contains', 'contains'],
  ['not_between', 'between'],
  ['not_in_last', 'in_last'],
  ['not_in_next', 'in_next'],
  ['type_is_not', 'type_is'],
  ['name_not_contains', 'name_contains'],
])

/** The positive form of a relation, and whether its answer is to be turned round. */
export function positiveOf(relation: string): { positive: string; negated: boolean } {
  const positive = negations.get(relation)
  return { positive: positive ?? relation, negated: positive !== undefined }
}
