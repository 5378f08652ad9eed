import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { EntityRef } from './refs.ts'
import type { Row, Store } from './store/store.ts'

/** Who may come in, and the session tokens of those who did. */
export class Sessions {
  readonly #store: Store
  readonly #users = new Map<string, EntityRef>()

  constructor(store: Store) {
    this.#store = store
  }

  checkLogin(login: string, password: string): EntityRef | undefined {
    return this.#check('HumanUser', ['login', login], ['password_proxy', password])
  }

  checkScript(name: string, key: string): EntityRef | undefined {
    return this.#check('ApiUser', ['firstname', name], ['salted_password', key])
  }

  open({ type, id }: EntityRef): string {
    const token = randomBytes(20).toString('hex')
    this.#users.set(token, { type, id })
    return token
  }

  find(token: string): EntityRef | undefined {
    const user = this.#users.get(token)
    const row = user && this.#store.findActive(user)
    return row !== undefined && isEnabled(row) ? user : undefined
  }

  close(token: string): void {
    this.#users.delete(token)
  }

  #check(
    type: string,
    [nameField, name]: readonly [string, string],
    [secretField, secret]: readonly [string, string],
  ): EntityRef | undefined {
    for (const row of this.#store.rows(type)) {
      if (row.retired || row.values[nameField] !== name || !isEnabled(row)) continue
      const held = row.values[secretField]
      if (typeof held === 'string' && sameSecret(held, secret)) return { type, id: row.id }
    }
    return undefined
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
