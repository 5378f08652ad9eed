import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Authority extends Disposable {
  /** What a browser, or NODE_EXTRA_CA_CERTS, has to know. */
  readonly caFile: string
  readonly ca: string
  /** A folder of its own for certificates; removed with it. */
  readonly folder: string
  /** A certificate and its key. Dates as OpenSSL takes them: `20260101000000Z`. */
  issue(options?: { names?: string; from?: string; until?: string }): { cert: string; key: string }
}

/** An authority as a studio has one, made by OpenSSL. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'amiable-ca-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Studio CA', '-days', '30')
  let count = 0
  return {
    caFile: join(folder, 'ca.pem'),
    ca: readFileSync(join(folder, 'ca.pem'), 'utf8'),
    folder,
    issue({ names = 'DNS:localhost,IP:127.0.0.1', from, until } = {}) {
      count += 1
      const name = `leaf-${count}`
      openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
      writeFileSync(join(folder, 'ext'), `subjectAltName=${names}\n`)
      writeFileSync(join(folder, 'index'), '')
      writeFileSync(join(folder, 'serial'), `${(1000 + count).toString()}\n`)
      writeFileSync(
        join(folder, 'ca.cnf'),
        '[ca]\ndefault_ca=c\n[c]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n',
      )
      openssl(
        ...['ca', '-batch', '-notext', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key'],
        ...['-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', 'ext'],
        ...(from ? ['-startdate', from] : []),
        ...(until ? ['-enddate', until] : ['-days', '30']),
      )
      const read = (file: string) => readFileSync(join(folder, file), 'utf8')
      return { cert: read(`${name}.pem`), key: read(`${name}.key`) }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A time from now, as OpenSSL takes it. */
export function opensslDate(aheadMs: number): string {
  return new Date(Date.now() + aheadMs).toISOString().replace(/[-:T]|\.\d+/g, '')
}
