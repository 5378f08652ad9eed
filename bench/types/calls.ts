import { fieldName, linkedFrom, typeName } from './large-schema.ts'

/** A file of calls on a site with the large schema, each on another type; and how many there are. */
export function writeCalls(types: number, groups: number): { text: string; calls: number } {
  const blocks = Array.from({ length: groups }, (_, at) => callsOn((at * 7) % types, types))
  const calls = blocks.join('').split('await site.').length - 1
  return { text: `${head}${blocks.join('')}`, calls }
}

const head = `import type { Site } from 'amiable'

`

function callsOn(type: number, types: number): string {
  const name = typeName(type)
  const [target = ''] = linkedFrom(type, 1, types)
  const [text, link, status, count, list] = ['text', 'entity', 'status_list', 'number', 'list'].map((dataType) =>
    fieldName(dataType, ['text', 'entity', 'status_list', 'number', 'multi_entity', 'list'].indexOf(dataType)),
  )
  const dotted = `${link}.${target}.${text}`
  return `export async function on${name}(site: Site): Promise<string> {
  const rows = await site.find(
    '${name}',
    [
      ['${status}', 'in', ['ip', 'rev']],
      ['${dotted}', 'starts_with', 'LH_'],
      { filterOperator: 'any', filters: [['${count}', 'greater_than', 3], ['sg_date_time_7', 'in_last', 2, 'WEEK']] },
    ],
    ['${text}', '${status}', '${link}', '${dotted}'],
    { order: [{ field: '${dotted}', direction: 'desc' }], limit: 100 },
  )
  const first = await site.findOne('${name}', [['${link}', 'is', { type: '${target}', id: 3 }]], ['${list}', '${count}'])
  const made = await site.create('${name}', { ${text}: 'x', ${status}: 'wtg', ${link}: { type: '${target}', id: 3 } })
  for (const row of rows) await site.update(row, { ${status}: 'fin', ${count}: (first?.${count} ?? 0) + 1 })
  await site.batch([
    { requestType: 'update', entityType: '${name}', entityId: made.id, data: { ${list}: 'Choice 5 3', ${status}: 'apr' } },
    { requestType: 'delete', entityType: '${name}', entityId: 7 },
  ])
  return rows.map((row) => row['${dotted}'] ?? row.${text} ?? row.${status}).join()
}

`
}
