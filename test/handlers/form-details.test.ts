import { describe, expect, test } from 'vitest'
import { readHandler } from '../../src/handlers/executor/load.ts'
import { performHere } from '../../src/handlers/executor/perform-here.ts'
import { prepareForm } from '../../src/handlers/executor/prepare.ts'
import type { FormDetails } from '../../src/handlers/form-details.ts'
import { defineHandler } from '../../src/index.ts'
import { buildEnvelope } from '../helpers/envelope.ts'

function ask(details: FormDetails) {
  const handler = readHandler(defineHandler({ title: 'Asks', form: () => details, run: () => undefined }), {
    name: 'asks',
    file: 'asks.ts',
  })
  return performHere(prepareForm, handler, buildEnvelope('asks'), { emit: () => {}, handlersDir: '.' })
}

const letters = (count: number): string => 'x'.repeat(count)
const table = (rows: number, cell: string): FormDetails => ({
  preview: { columns: ['a'], rows: Array.from({ length: rows }, () => [cell]) },
})
const choices = (count: number, length = 1): string[] => Array.from({ length: count }, () => letters(length))

describe('what form() returns is bounded', () => {
  test.each<[string, FormDetails, string]>([
    ['a cell', table(1, letters(2001)), 'A cell of the preview may have 2,000 letters'],
    ['the preview', table(600, letters(1999)), 'The preview may have 1,000,000 letters in all'],
    ['a value', { choices: { a: [letters(501)] } }, 'The value of a choice may have 500 letters'],
    ['a value with a label', { choices: { a: [{ value: letters(501) }] } }, 'The value of a choice may have 500'],
    ['a label', { choices: { a: [{ value: 1, label: letters(501) }] } }, 'The label of a choice may have 500 letters'],
    ['choices of a field', { choices: { a: choices(5001) } }, 'A field may have 5,000 choices'],
    [
      'choices in all',
      { choices: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, choices(4001)])) },
      'All fields together may have 20,000 choices',
    ],
    ['first values', { defaults: { a: letters(1_000_001) } }, 'First values may have 1,000,000 letters'],
  ])('%s', async (_, details, text) => {
    const answer = await ask(details)
    expect(answer).toMatchObject({ ok: false, code: 'RESULT_INVALID', message: expect.stringContaining(text) })
    expect(answer.ok ? '' : answer.message).toMatch(/form\(\) returned[\s\S]*form\(\)/)
  })

  test('of more rows than fit the first ones are shown, and how many more there are', async () => {
    const answer = await ask(table(1501, 'x'))
    expect(answer).toMatchObject({ ok: true, details: { preview: { more: 501 } } })
    expect(answer.ok && answer.details.preview?.rows.length).toBe(1000)
  })

  test('what is within the bounds is taken', async () => {
    const details = { ...table(400, letters(2000)), choices: { a: choices(5000), b: choices(5000, 500) } }
    expect(await ask(details)).toMatchObject({ ok: true, details })
  })

  test('a thousand mistakes are told briefly', async () => {
    const answer = await ask(table(1000, letters(2001)))
    expect(answer.ok ? '' : answer.message).toMatch(/and 99\d more/)
    expect(answer.ok ? '' : answer.message.length).toBeLessThan(1000)
  })
})
