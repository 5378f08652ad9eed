import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { EntityRef } from './refs.ts'
import type { Row, Store } from './store/store.ts'

const IDLE_LIFETIME_MS = 24 * 3_600_000 // a choice: on real sites it is configuration

type Session = { readonly user: EntityRef; readonly endsAtMs: number }

/** Login ▸ one-time codes. Who is listed needs one of them for each sign-in through the API. */
export type OneTimeCodes = { readonly [login: string]: readonly string[] }

/** Who may come in, and the session tokens of those who did. A session ends when nobody used it for a day. */
export class Sessions {
  readonly #store: Store
  readonly #now: () => Date
  /** In the order of their ends: each use puts a session at the end of the line. */
  readonly #sessions = new Map<string, Session>()
  readonly #codes: Map<string, string[]>

  constructor(store: Store, now: () => Date, oneTimeCodes: OneTimeCodes = {}) {
    this.#store = store
    this.#now = now
    this.#codes = new Map(Object.entries(oneTimeCodes).map(([login, codes]) => [login, [...codes]]))
  }

  checkLogin(login: string, password: string): EntityRef | undefined {
    return this.#check('HumanUser', ['login', login], ['password_proxy', password])
  }

  checkScript(name: string, key: string): EntityRef | undefined {
    return this.#check('ApiUser', ['firstname', name], ['salted_password', key])
  }

  /** True for people who need no code, and once for each code of those who do. */
  useOneTimeCode(login: string, code: string | undefined): boolean {
    const codes = this.#codes.get(login)
    if (codes === undefined) return true
    const index = code === undefined ? -1 : codes.findIndex((one) => sameSecret(one, code))
    if (index < 0) return false
    codes.splice(index, 1)
    return true
  }

  open({ type, id }: EntityRef): string {
    this.#dropEnded()
    const token = randomBytes(20).toString('hex')
    this.#renew(token, { type, id })
    return token
  }

  find(token: string): EntityRef | undefined {
    const session = this.#sessions.get(token)
    if (session === undefined || session.endsAtMs <= this.#now().getTime()) return undefined
    const row = this.#store.findActive(session.user)
    if (row === undefined || !isEnabled(row)) return undefined
    this.#renew(token, session.user)
    return session.user
  }

  close(token: string): void {
    this.#sessions.delete(token)
  }

  #renew(token: string, user: EntityRef): void {
    this.#sessions.delete(token)
    this.#sessions.set(token, { user, endsAtMs: this.#now().getTime() + IDLE_LIFETIME_MS })
  }

  #dropEnded(): void {
    for (const [token, { endsAtMs }] of this.#sessions) {
      if (endsAtMs > this.#now().getTime()) return
      this.#sessions.delete(token)
    }
  }

  #check(
    type: string,
    [nameField, name]: readonly [string, string],
    [secretField, secret]: readonly [string, string],
  ): EntityRef | undefined {
    for (const row of this.#store.rows(type)) {
      if (row.retired || row.values[nameField] !== name || !isEnabled(row) || this.#isLocked(row)) continue
      const held = row.values[secretField]
      if (typeof held === 'string' && sameSecret(held, secret)) return { type, id: row.id }
    }
    return undefined
  }

  #isLocked({ values }: Row): boolean {
    return typeof values.locked_until === 'string' && Date.parse(values.locked_until) > this.#now().getTime()
  }
}

function isEnabled(row: Row): boolean {
  return row.values.sg_status_list !== 'dis'
}

/** Compares in a time that does not depend on where the two differ. */
function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
