import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseSettings } from '../src/settings.ts'

const root = mkdtempSync(join(tmpdir(), 'amiable-settings-'))
const real = {
  SHOTGRID_URL: 'https://studio.example.com/',
  SHOTGRID_SCRIPT_NAME: 'amiable',
  SHOTGRID_SCRIPT_KEY: 'k',
  AMIABLE_SECRET: 'x'.repeat(32),
}

describe('sandbox mode', () => {
  test('needs no setting, and keeps one secret over restarts', () => {
    const settings = parseSettings({}, root)
    expect(settings).toMatchObject({
      mode: 'sandbox',
      host: '127.0.0.1',
      port: 8800,
      sandboxPort: 8810,
      maxClickAgeMs: 60_000,
      rateLimit: 600,
    })
    expect(settings.secret.length).toBeGreaterThan(32)
    expect(parseSettings({}, root).secret).toBe(settings.secret)
    expect(statSync(join(root, '.amiable/sandbox/secret')).mode & 0o077).toBe(0)
  })

  test.each([
    ['HOST', '0.0.0.0'],
    ['HOST', '192.168.1.4'],
    ['AMIABLE_PUBLIC_URL', 'https://amiable.studio.example'],
    ['DATABASE_URL', 'postgres://db/amiable'],
    ['SHOTGRID_SCRIPT_KEY', 'k'],
  ])('is refused with %s=%s, which looks like production', (name, value) => {
    expect(() => parseSettings({ [name]: value }, root)).toThrow(
      expect.objectContaining({ code: 'SANDBOX_EXPOSED', message: expect.stringContaining(name) }),
    )
  })
})

describe('a real site', () => {
  test('takes four settings', () => {
    expect(parseSettings(real, root)).toMatchObject({
      mode: 'site',
      site: { url: 'https://studio.example.com', scriptName: 'amiable' },
    })
  })

  test('is not served without a secret, and the message says how to make one', () => {
    const { AMIABLE_SECRET: _, ...rest } = real
    expect(() => parseSettings(rest, root)).toThrow(
      expect.objectContaining({ code: 'SECRET_MISSING', hint: expect.stringContaining('randomBytes') }),
    )
  })

  test('is not served without its script user', () => {
    const { SHOTGRID_SCRIPT_KEY: _, ...rest } = real
    expect(() => parseSettings(rest, root)).toThrow('SHOTGRID_SCRIPT_KEY')
  })

  test('every mistake is named at once', () => {
    const wrong = {
      ...real,
      PORT: 'eighty',
      AMIABLE_SLOTS: '-1',
      AMIABLE_TIME_ZONE: 'Moon/Sea',
      LOG_LEVEL: 'loud',
      AMIABLE_SECRET: 'short',
    }
    expect(() => parseSettings(wrong, root)).toThrow(/PORT[\s\S]*/)
    try {
      parseSettings(wrong, root)
    } catch (error) {
      for (const name of ['PORT', 'AMIABLE_SLOTS', 'AMIABLE_TIME_ZONE', 'LOG_LEVEL', 'AMIABLE_SECRET'])
        expect(String(error)).toContain(name)
    }
  })
})
