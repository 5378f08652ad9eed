import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeForm } from '../../src/ami/form.ts'
import { clickKeyOf, secretTokenOf, signatureOf, verifyFreshness, verifySignature } from '../../src/ami/signature.ts'

const vector: [string, string][] = [
  ['user_id', '61'],
  ['user_login', 'mira'],
  ['entity_type', 'Shot'],
  ['ids', '310,311'],
  ['selected_ids', '311'],
  ['timestamp', '2026-03-04T05:06:07Z'],
  ['project_id', '12'],
]

describe('the signature of a form', () => {
  test('is the one that the published test vector has', () => {
    expect(signatureOf(vector, 'lantern-7')).toBe('d0567a9c86fb92e32c029e9a16ab46a9f920dae3')
  })

  test('sorts whole lines, so that cols2 stands before cols', () => {
    const expected = createHmac('sha1', 'k').update('cols2=a\r\ncols=b\r\n').digest('hex')
    expect(
      signatureOf(
        [
          ['cols', 'b'],
          ['cols2', 'a'],
        ],
        'k',
      ),
    ).toBe(expected)
  })

  test('sorts by code point beyond the first 65,536', () => {
    const lines = ['\uffee=1\r\n', '\u{1f600}=1\r\n'] // UTF-16 units would put the emoji first
    const expected = createHmac('sha1', 'k').update(lines.join('')).digest('hex')
    expect(
      signatureOf(
        [
          ['\u{1f600}', '1'],
          ['\uffee', '1'],
        ],
        'k',
      ),
    ).toBe(expected)
  })

  test('does not depend on the order of the pairs, and survives the form encoding', () => {
    const pair = fc.tuple(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 20 }), (pairs) => {
        const wellFormed = pairs.map(([name, value]): [string, string] => [name.toWellFormed(), value.toWellFormed()])
        const sent = decodeForm(Buffer.from(new URLSearchParams(wellFormed.toReversed()).toString()))
        expect(
          signatureOf(
            sent.filter(([name, value]) => name !== '' || value !== ''),
            'k',
          ),
        ).toBe(signatureOf(wellFormed, 'k'))
      }),
    )
  })
})

describe('verifying', () => {
  const signed = [...vector, ['signature', signatureOf(vector, 'lantern-7')] as [string, string]]

  test('takes what was signed with the token', () => {
    expect(() => verifySignature(signed, 'lantern-7')).not.toThrow()
  })

  test.each([
    ['without a signature', vector, 'SIGNATURE_MISSING'],
    ['with an empty one', [...vector, ['signature', '']], 'SIGNATURE_MISSING'],
    ['with another token', [...vector, ['signature', signatureOf(vector, 'other')]], 'SIGNATURE_MISMATCH'],
    ['with a field changed', [...signed.filter(([name]) => name !== 'ids'), ['ids', '310,312']], 'SIGNATURE_MISMATCH'],
    ['with a field added', [...signed, ['extra', '1']], 'SIGNATURE_MISMATCH'],
    ['with a field taken away', signed.slice(1), 'SIGNATURE_MISMATCH'],
    ['with two signatures', [...signed, ['signature', 'x']], 'SIGNATURE_MISMATCH'],
    [
      'with the signature in capitals',
      [...vector, ['signature', signatureOf(vector, 'lantern-7').toUpperCase()]],
      'SIGNATURE_MISMATCH',
    ],
    ['with a signature that is not hex', [...vector, ['signature', 'ü'.repeat(20)]], 'SIGNATURE_MISMATCH'],
  ] as [string, [string, string][], string][])('refuses a form %s', (_what, pairs, code) => {
    expect(() => verifySignature(pairs, 'lantern-7')).toThrow(expect.objectContaining({ code }))
  })

  test.each([
    ['a line break in a value', [['title', 'a\r\nuser_id=1']]],
    ['a lone CR', [['title', 'a\rb']]],
    ['a line break in a name', [['a\nb', '1']]],
    ['an equals sign in a name', [['title=a', 'b']]],
  ] as [string, [string, string][]][])('refuses %s, even signed', (_what, pairs) => {
    const all: [string, string][] = [...pairs, ['signature', signatureOf(pairs, 'k')]]
    expect(() => verifySignature(all, 'k')).toThrow(expect.objectContaining({ code: 'PAYLOAD_AMBIGUOUS' }))
  })

  test('a form that passes can be read back from its signed text in one way only', () => {
    const hostile = fc.string({ unit: fc.constantFrom('a', 'b', '=', '\r', '\n', '\r\n'), maxLength: 4 })
    const harmless = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 })
    const text = fc.oneof({ arbitrary: harmless, weight: 9 }, { arbitrary: hostile, weight: 1 })
    const form = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 })
    const passes = (pairs: [string, string][]) => {
      try {
        verifySignature([...pairs, ['signature', signatureOf(pairs, 'k')]], 'k')
        return true
      } catch {
        return false
      }
    }
    let passed = 0
    fc.assert(
      fc.property(form, (pairs) => {
        if (!passes(pairs)) return
        passed += 1
        const lines = pairs.map(([name, value]) => `${name}=${value}\r\n`).sort()
        const readBack = lines.join('').split('\r\n').slice(0, -1)
        const read = readBack.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
        expect(read.map(String).sort()).toEqual(pairs.map(String).sort())
      }),
      { numRuns: 3000 },
    )
    expect(passed).toBeGreaterThan(100)
  })
})

describe('the age of a click', () => {
  const nowMs = Date.parse('2026-03-04T05:06:07Z')
  test.each([
    ['2026-03-04T05:06:07Z', undefined],
    ['2026-03-04T05:05:07Z', undefined],
    ['2026-03-04T05:05:06Z', 'CLICK_STALE'],
    ['2026-03-04T05:07:08Z', 'CLICK_STALE'],
    ['2026-03-04 05:06:07', 'PAYLOAD_INVALID'],
    ['2026-13-04T05:06:07Z', 'PAYLOAD_INVALID'],
    [undefined, 'PAYLOAD_INVALID'],
  ])('%s', (timestamp, code) => {
    const verify = () => verifyFreshness(timestamp, { nowMs, maxAgeMs: 60_000 })
    if (code) expect(verify).toThrow(expect.objectContaining({ code }))
    else expect(verify).not.toThrow()
  })
})

test('secret tokens differ by handler, by secret and by environment', () => {
  const base = { secret: 's'.repeat(32), environment: 'main' }
  const tokens = [
    secretTokenOf('a', base),
    secretTokenOf('b', base),
    secretTokenOf('a', { ...base, environment: 'staging' }),
    secretTokenOf('a', { ...base, secret: 't'.repeat(32) }),
  ]
  expect(new Set(tokens).size).toBe(4)
  expect(tokens[0]).toBe(createHmac('sha256', base.secret).update('ami:v1:main:a').digest('base64url'))
})

test('the same click has the same key, and the same fields for another handler another one', () => {
  const pairs: [string, string][] = [
    ['a', '1'],
    ['signature', 'f'.repeat(40)],
  ]
  expect(clickKeyOf('a', pairs)).toBe(clickKeyOf('a', pairs.toReversed()))
  expect(clickKeyOf('a', pairs)).not.toBe(clickKeyOf('b', pairs))
})

describe('while a new secret is brought in', () => {
  const [today, before] = ['token of today', 'token before']
  const signedWith = (token: string): [string, string][] => [...vector, ['signature', signatureOf(vector, token)]]

  test('a form signed with either token is taken', () => {
    for (const token of [today, before]) expect(() => verifySignature(signedWith(token), today, before)).not.toThrow()
  })

  test('one signed with a third token is not, nor with the one before once that is gone', () => {
    const refused = expect.objectContaining({ code: 'SIGNATURE_MISMATCH' })
    expect(() => verifySignature(signedWith('another'), today, before)).toThrow(refused)
    expect(() => verifySignature(signedWith(before), today)).toThrow(refused)
  })
})
