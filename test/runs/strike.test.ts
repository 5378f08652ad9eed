import { expect, test } from 'vitest'
import { createStriker } from '../../src/runs/strike.ts'

const striker = createStriker({ always: ['the-script-key'], told: ['12345678', 'skipped!', 'token "quoted"'] })

test('a secret is struck inside strings; numbers, keys and structure stay as they are', () => {
  const told = { '12345678': 12345678, deep: [{ said: 'it is 12345678' }, 'token "quoted"', null, true] }
  expect(striker.value(told)).toEqual({
    '12345678': 12345678,
    deep: [{ said: 'it is •••' }, '•••', null, true],
  })
})

test('a number in a table that equals a value of env stays, the same value as text is struck', () => {
  const outcome = striker.outcome({
    kind: 'message',
    text: 'It is 12345678.',
    links: [{ text: 'at 12345678', url: 'https://farm.example/12345678' }],
    table: { columns: ['n'], rows: [[12345678, '12345678', 'the-script-key']] },
  })
  expect(outcome).toEqual({
    kind: 'message',
    text: 'It is •••.',
    links: [{ text: 'at •••', url: 'https://farm.example/12345678' }],
    table: { columns: ['n'], rows: [[12345678, '•••', '•••']] },
  })
})

test('a redirect leads where its value of env says, and never tells the server’s own secrets', () => {
  const redirect = (url: string) => striker.outcome({ kind: 'redirect', url })
  expect(redirect('https://farm.example/12345678')).toEqual({ kind: 'redirect', url: 'https://farm.example/12345678' })
  expect(redirect('https://farm.example/the-script-key')).toEqual({
    kind: 'redirect',
    url: 'https://farm.example/•••',
  })
})

test('of a secret that begins like another one nothing stays readable', () => {
  const { text } = createStriker({ always: ['', 'secret', 'secret-and-more'] })
  expect(text('secret-and-more, secret')).toBe('•••, •••')
})

test('an item keeps its type and fate, its name and reason are struck', () => {
  const item = { type: 'Version', id: 12345678, status: 'skipped', name: 'a 12345678', why: 'skipped!' } as const
  expect(striker.item(item)).toEqual({ ...item, name: 'a •••', why: '•••' })
})
