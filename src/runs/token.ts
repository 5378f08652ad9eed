import { createHash, createHmac } from 'node:crypto'

/**
 * The secret part of a run's address. Made from what identifies the run and the server's secret, so that the same click
 * leads to the same address again, and nobody else can name it.
 */
export function runTokenOf(key: string, secret: string): string {
  return createHmac('sha256', secret).update(`run:v1:${key}`).digest('base64url')
}

/** What is stored of it. */
export function tokenHashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Whether a text can be such a token at all. */
export function isRunToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text)
}

/** The token of a key that was stored under this hash, made with any of the secrets. */
export function findToken(key: string, hash: string, secrets: readonly string[]): string | undefined {
  return secrets.map((secret) => runTokenOf(key, secret)).find((token) => tokenHashOf(token) === hash)
}
