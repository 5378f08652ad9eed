import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { FormPairs } from './form.ts'

/**
 * The secret token of one handler: derived from the server's secret, never stored.
 * People paste it into the "Secret token" field of the action menu item.
 */
export function secretTokenOf(
  handler: string,
  { secret, environment }: { secret: string; environment: string },
): string {
  return createHmac('sha256', secret).update(`ami:v1:${environment}:${handler}`).digest('base64url')
}

/**
 * The signature that the site puts on a form: HMAC-SHA1, in lower-case hex, over the `name=value` + CR LF lines of every
 * field except `signature`, sorted as whole lines by code point.
 *
 * @see ShotGrid developer documentation, "Securing your Action Menu Items"
 */
export function signatureOf(pairs: FormPairs, secretToken: string): string {
  const lines = pairs.filter(([name]) => name !== 'signature').map(([name, value]) => `${name}=${value}\r\n`)
  const sorted = lines.map((line) => Buffer.from(line)).sort(Buffer.compare) // UTF-8 bytes sort as code points do
  return createHmac('sha1', secretToken).update(Buffer.concat(sorted)).digest('hex')
}

/**
 * Check that the form was signed with one of the handler's tokens. Says nothing of its age.
 *
 * @param secretTokens  the one of today, and while a new secret is brought in the one before
 * @throws {AppError} `SIGNATURE_MISSING`, `SIGNATURE_MISMATCH`, `PAYLOAD_AMBIGUOUS` when the signed text could be read in two ways
 */
export function verifySignature(pairs: FormPairs, ...secretTokens: readonly string[]): void {
  const given = pairs.filter(([name]) => name === 'signature')
  if (given.length === 0 || given[0]?.[1] === '') {
    throw new AppError(
      'SIGNATURE_MISSING',
      'The request is not signed, so it cannot be told who sent it. Nothing was started.',
    )
  }
  const signature = given[0]?.[1] ?? ''
  if (given.length > 1 || !secretTokens.some((token) => isSame(signature, signatureOf(pairs, token)))) {
    throw new AppError(
      'SIGNATURE_MISMATCH',
      'The signature of the request is not right: the menu item has another secret token than this server, or the request was changed on its way. Nothing was started.',
    )
  }
  for (const [name, value] of pairs) {
    // Each of these lets one signed text stand for two different forms.
    if (/[\r\n=]/.test(name) || /[\r\n]/.test(value)) {
      throw new AppError(
        'PAYLOAD_AMBIGUOUS',
        `The signed field "${printable(name)}" holds a line break or an equals sign where none may be. Nothing was started.`,
      )
    }
  }
}

/**
 * Check the age of a signed form.
 *
 * @param timestamp  as sent: UTC, `2026-03-04T05:06:07Z`
 * @throws {AppError} `CLICK_STALE`, `PAYLOAD_INVALID` without a readable timestamp
 */
export function verifyFreshness(
  timestamp: string | undefined,
  { nowMs, maxAgeMs }: { nowMs: number; maxAgeMs: number },
): void {
  if (
    timestamp === undefined ||
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(timestamp) ||
    Number.isNaN(Date.parse(timestamp))
  ) {
    throw new AppError(
      'PAYLOAD_INVALID',
      `timestamp is ${timestamp === undefined ? 'missing' : `"${printable(timestamp)}"`}: expected UTC time such as 2026-03-04T05:06:07Z.`,
    )
  }
  const ageMs = nowMs - Date.parse(timestamp)
  if (Math.abs(ageMs) > maxAgeMs) {
    const seconds = Math.round(Math.abs(ageMs) / 1000)
    throw new AppError(
      'CLICK_STALE',
      ageMs > 0
        ? `This click is ${duration(seconds)} old; clicks are good for ${duration(Math.round(maxAgeMs / 1000))}. Nothing was started.`
        : `This click comes from ${duration(seconds)} in the future: the clocks of the site and of this server differ. Nothing was started.`,
    )
  }
}

function isSame(received: string, expected: string): boolean {
  const [a, b] = [Buffer.from(received), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** What makes two requests the same click: handler and signature, which covers every field. */
export function clickKeyOf(handler: string, pairs: FormPairs): string {
  const signature = pairs.find(([name]) => name === 'signature')?.[1] ?? ''
  return createHash('sha256').update(`click:v1:${handler}:${signature}`).digest('hex')
}

function printable(text: string): string {
  return JSON.stringify(text.slice(0, 60)).slice(1, -1)
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} hours`
  return `${Math.round(seconds / 86_400)} days`
}
