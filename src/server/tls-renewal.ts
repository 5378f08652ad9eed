import { stat } from 'node:fs/promises'
import type { Server } from 'node:tls'
import type { FastifyBaseLogger } from 'fastify'
import { readTls, type Tls, type TlsFiles } from './tls.ts'

/** How often the files are looked at. What was written since is taken one look later, so that it is whole by then. */
const LOOK_MS = 5000
const DAY_MS = 86_400_000
/** Most authorities renew earlier; then there is still time for people to find out why nothing was renewed. */
const WARN_MS = 14 * DAY_MS

export interface TlsRenewalOptions {
  readonly files: TlsFiles
  /** What was read at the start. */
  readonly tls: Tls
  readonly server: Pick<Server, 'setSecureContext'>
  readonly log: FastifyBaseLogger
  readonly publicUrl: string
  readonly lookMs?: number
  readonly nowMs?: () => number
}

/**
 * Serve a renewed certificate as soon as it is there, without a restart: connections that are open stay as they are, new
 * ones get the new one. A pair that cannot be used changes nothing but the log. Looks at the files, for links that are
 * turned, folders that are mounted and network drives tell nobody.
 */
export function followTlsRenewal({
  files,
  tls,
  server,
  log,
  publicUrl,
  lookMs = LOOK_MS,
  nowMs = Date.now,
}: TlsRenewalOptions): Disposable {
  let current = tls
  let taken = ''
  let seen = ''
  let isLooking = false
  let isOver = false
  let refused: string | undefined
  let warnedMs = Number.NEGATIVE_INFINITY

  const warn = (): void => {
    const leftMs = current.expiresMs - nowMs()
    if (leftMs > WARN_MS || nowMs() - warnedMs < DAY_MS) return
    warnedMs = nowMs()
    const expires = new Date(current.expiresMs).toISOString()
    if (leftMs <= 0) log.error({ expires, file: files.certFile }, 'the certificate has expired: browsers refuse it')
    else
      log.warn(
        { expires, file: files.certFile },
        `the certificate expires in ${Math.ceil(leftMs / DAY_MS)} days: renew it`,
      )
  }

  const look = async (): Promise<void> => {
    warn()
    const now = await signatureOf(files)
    const isWhole = now === seen
    seen = now
    if (!isWhole || now === taken || isOver) return
    try {
      const renewed = readTls(files, nowMs())
      if (!isSame(renewed, current)) serve(renewed)
      taken = now
      refused = undefined
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (why !== refused) log.error({ why }, 'the new certificate cannot be used: the one before is still served')
      refused = why // tried again at each look, told once
    }
  }

  const serve = (renewed: Tls): void => {
    server.setSecureContext(renewed.context)
    current = renewed
    warnedMs = Number.NEGATIVE_INFINITY
    log.info({ expires: new Date(renewed.expiresMs).toISOString() }, 'the renewed certificate is served')
    warnOfNames(renewed)
  }

  const warnOfNames = ({ isFor, names }: Tls): void => {
    const { hostname } = new URL(publicUrl)
    if (isFor(hostname.replace(/^\[|\]$/g, ''))) return
    log.warn({ names }, `the certificate is not for ${hostname}, which the public URL names: browsers refuse it`)
  }

  if (publicUrl.startsWith('http:'))
    log.warn(
      { publicUrl },
      'the public URL begins with http, and this server speaks https alone: set AMIABLE_PUBLIC_URL',
    )
  warnOfNames(tls)
  warn()
  const timer = setInterval(() => {
    if (isLooking) return // a drive that does not answer
    isLooking = true
    void look().finally(() => {
      isLooking = false
    })
  }, lookMs).unref()
  return {
    [Symbol.dispose]: () => {
      isOver = true
      clearInterval(timer)
    },
  }
}

function isSame(a: Tls, b: Tls): boolean {
  return a.context.cert === b.context.cert && a.context.key === b.context.key
}

/** Changes with every write, also with one of the same length that comes by way of another file. */
async function signatureOf({ certFile, keyFile }: TlsFiles): Promise<string> {
  const signatures = [certFile, keyFile].map(async (file) => {
    try {
      const { ino, size, mtimeMs, ctimeMs } = await stat(file)
      return [ino, size, mtimeMs, ctimeMs].join()
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unknown'
    }
  })
  return (await Promise.all(signatures)).join(' ')
}
