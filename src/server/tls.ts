import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { AppError } from '../errors.ts'

export interface TlsFiles {
  /** The certificate, and after it those that lead to its authority; PEM. */
  readonly certFile: string
  /** Its private key; PEM, without a passphrase. */
  readonly keyFile: string
}

/** A certificate and its key that belong together and are valid now. */
export interface Tls {
  /** For `https.createServer` and `setSecureContext`. */
  readonly context: SecureContextOptions
  /** Milliseconds since 1970. */
  readonly expiresMs: number
  isFor(host: string): boolean
  /** Names in it, as OpenSSL writes them. */
  readonly names: string
}

/** No chain is as long. What is larger is another file. */
const MAX_BYTES = 1024 * 1024

const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * Read certificate and key.
 *
 * @throws {AppError} `SETTINGS_INVALID` with everything that is wrong with them, file by file
 */
export function readTls({ certFile, keyFile }: TlsFiles, nowMs: number = Date.now()): Tls {
  const mistakes: string[] = []
  const attempt = <T>(name: string, file: string, work: (text: string) => T): T | undefined => {
    try {
      return work(readSmallFile(file))
    } catch (error) {
      mistakes.push(`${name} is ${file}: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
  const chain = attempt('AMIABLE_TLS_CERT', certFile, (text) => parseChain(text, nowMs))
  const key = attempt('AMIABLE_TLS_KEY', keyFile, parseKey)
  if (chain && key && !chain.leaf.checkPrivateKey(key.object)) {
    mistakes.push(
      `AMIABLE_TLS_KEY is ${keyFile}: it is not the key of the first certificate in ${certFile} (${chain.leaf.subject.replaceAll('\n', ', ')})`,
    )
  }
  if (!chain || !key || mistakes.length > 0) throw new AppError('SETTINGS_INVALID', mistakes.join('\n'))
  const context = { cert: chain.text, key: key.text, minVersion: 'TLSv1.2' } as const satisfies SecureContextOptions
  try {
    createSecureContext(context)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('SETTINGS_INVALID', `AMIABLE_TLS_CERT and AMIABLE_TLS_KEY cannot be used: ${why}`, { cause })
  }
  const { leaf } = chain
  return {
    context,
    expiresMs: leaf.validToDate.getTime(),
    isFor: (host) => (isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)) !== undefined,
    names: leaf.subjectAltName ?? leaf.subject.replaceAll('\n', ', '),
  }
}

function readSmallFile(file: string): string {
  try {
    const stat = statSync(file)
    if (!stat.isFile()) throw new Error('it is not a file')
    if (stat.size > MAX_BYTES) throw new Error('it is too large for one')
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new Error(code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`, { cause: error })
  }
}

function parseChain(text: string, nowMs: number): { text: string; leaf: X509Certificate } {
  const blocks = text.match(PEM_BLOCK) ?? []
  const begun = text.split('-----BEGIN CERTIFICATE-----').length - 1
  if (begun === 0) throw new Error('it holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)')
  let certificates: X509Certificate[]
  try {
    certificates = blocks.map((block) => new X509Certificate(block))
  } catch (cause) {
    throw new Error('it holds a certificate that cannot be read', { cause })
  }
  const [leaf] = certificates
  if (!leaf || blocks.length < begun) throw new Error('it ends in the middle of a certificate')
  if (nowMs > leaf.validToDate.getTime()) throw new Error(`the certificate expired on ${day(leaf.validToDate)}`)
  if (nowMs < leaf.validFromDate.getTime())
    throw new Error(
      `the certificate is valid from ${day(leaf.validFromDate)}, and this machine’s clock says ${day(new Date(nowMs))}`,
    )
  return { text, leaf }
}

function parseKey(text: string): { text: string; object: KeyObject } {
  if (/ENCRYPTED/.test(text))
    throw new Error(
      'the key has a passphrase, which nobody could type at each start: save it without one (openssl pkey)',
    )
  try {
    return { text, object: createPrivateKey(text) }
  } catch (cause) {
    throw new Error('it holds no private key in PEM form', { cause })
  }
}

function day(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
