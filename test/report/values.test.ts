import { expect, test } from 'vitest'
import { projectOf } from '../../src/report/selected.ts'
import { dateOf, detailUrl, inOneLine, linkOf, textOf } from '../../src/report/values.ts'

test('a text is what can be seen of it', () => {
  expect(textOf('  lh_010 ')).toBe('lh_010')
  expect(['', ' \n', '\u200b', null, 5, {}].map(textOf)).toEqual(Array(6).fill(undefined))
})

test('a link has a name, its own or one made of type and id', () => {
  expect(linkOf({ type: 'Shot', id: 7, name: ' lh_010' })).toEqual({ type: 'Shot', id: 7, name: 'lh_010' })
  expect(linkOf({ type: 'Shot', id: 7, name: '\u200b' })).toEqual({ type: 'Shot', id: 7, name: 'Shot 7' })
  expect([null, 'Shot', 7, [{ type: 'Shot', id: 7 }]].map(linkOf)).toEqual(Array(4).fill(undefined))
})

test('a date is that of the zone, whatever it comes as', () => {
  const late = '2026-03-04T23:30:00Z'
  expect(dateOf(late, 'Europe/Paris')).toBe('5 Mar 2026')
  expect(dateOf(new Date(late), 'America/Montreal')).toBe('4 Mar 2026')
  expect(dateOf(Date.parse(late), 'UTC')).toBe('4 Mar 2026')
  expect([undefined, null, '', 'soon', {}, Number.NaN].map((value) => dateOf(value, 'UTC'))).toEqual(
    Array(6).fill(undefined),
  )
})

test('addresses of entities, and texts in one line', () => {
  expect(detailUrl('https://site.test/', { type: 'Version', id: 7 })).toBe('https://site.test/detail/Version/7')
  expect(inOneLine('lh_010', undefined, '', 'Comp')).toBe('lh_010  ·  Comp')
})

test('a report is about the project of the page, else that of its rows, else so many', () => {
  const row = (id: number, name?: string) => ({
    type: 'Version',
    id,
    project: name === undefined ? null : { type: 'Project', id, name },
  })
  expect(projectOf({ project: { name: 'Page' } }, [row(1, 'Row')])).toBe('Page')
  expect(projectOf({}, [row(1, 'Row'), row(2, 'Row'), row(3)])).toBe('Row')
  expect(projectOf({}, [row(1, 'Row'), row(2, 'Other')])).toBe('2 projects')
  expect(projectOf({}, [])).toBeUndefined()
})
