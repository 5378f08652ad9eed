import { expect, test } from 'vitest'
// @ts-expect-error the scripts of the pages are JavaScript without declarations
import { toCsv } from '../../src/sandbox/pages/public/model.js'

test('an export with the Id column shown holds the id once', () => {
  const columns = [
    { field: 'image', label: 'Thumbnail', kind: 'image' },
    { field: 'code', label: 'Version Name', kind: 'name' },
    { field: 'id', label: 'Id', kind: 'number' },
  ]
  expect(toCsv([{ type: 'Version', id: 7, code: 'v1, final' }], columns, {})).toBe(
    '\uFEFFId,Version Name\r\n7,"v1, final"\r\n',
  )
})
