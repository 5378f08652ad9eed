import { mkdtempSync, statSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
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
    ['AMIABLE_TLS_CERT', '/etc/cert.pem'],
    ['AMIABLE_TLS_KEY', '/etc/key.pem'],
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

  test('with nothing but its address names all three that are missing', () => {
    const message = messageOf({ SHOTGRID_URL: real.SHOTGRID_URL })
    for (const name of ['SHOTGRID_SCRIPT_NAME', 'SHOTGRID_SCRIPT_KEY', 'AMIABLE_SECRET'])
      expect(message).toContain(`${name} is not set`)
  })

  test.each(['0.0.0.0', '::'])('on HOST=%s is called by the name of this machine, unless told otherwise', (HOST) => {
    const url = `http://${hostname()}:8800`
    expect(parseSettings({ ...real, HOST }, root)).toMatchObject({ publicUrl: url, publicUrlIsGuess: true })
    const told = parseSettings({ ...real, HOST, AMIABLE_PUBLIC_URL: 'https://ami.example/' }, root)
    expect(told).toMatchObject({ publicUrl: 'https://ami.example', publicUrlIsGuess: false })
  })

  test.each([
    ['PORT', '0', 'PORT is "0": expected a port number from 1 to 65535'],
    ['SANDBOX_PORT', '0', 'SANDBOX_PORT is "0": expected a port number from 1 to 65535'],
    ['PORT', 'eighty', 'PORT is "eighty": expected a port number from 1 to 65535'],
    ['AMIABLE_SLOTS', '-1.5', 'AMIABLE_SLOTS is "-1.5": expected a whole number from 1 to 64'],
    ['AMIABLE_SECRET', 'hunter2', 'AMIABLE_SECRET: expected at least 16 characters, better 32 random bytes'],
    ['DATABASE_URL', 'mysql://a:hunter2@b', 'DATABASE_URL: expected a postgres:// address'],
  ])('%s=%s is refused in one sentence', (name, value, message) => {
    expect(messageOf({ ...real, [name]: value })).toBe(message)
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
    const { SHOTGRID_SCRIPT_KEY: _, ...incomplete } = wrong
    const message = messageOf(incomplete)
    for (const name of [
      'PORT',
      'AMIABLE_SLOTS',
      'AMIABLE_TIME_ZONE',
      'LOG_LEVEL',
      'AMIABLE_SECRET',
      'SHOTGRID_SCRIPT_KEY',
    ])
      expect(message).toContain(name)
  })
})

function messageOf(environment: NodeJS.ProcessEnv): string {
  try {
    parseSettings(environment, root)
  } catch (error) {
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID' })
    return (error as Error).message
  }
  throw new Error('it was accepted')
}
