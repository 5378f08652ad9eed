import type { FormPairs } from '../ami/form.ts'
import { AppError } from '../errors.ts'

const NONCE = /^[\w-]{8,64}$/

/** What tells one showing of a page from the next: the same page sent twice means one thing. @throws {AppError} `PAYLOAD_INVALID` */
export function nonceOf(pairs: FormPairs): string {
  const nonce = pairs.find(([name]) => name === 'nonce')?.[1] ?? ''
  if (!NONCE.test(nonce)) throw new AppError('PAYLOAD_INVALID', 'The form was not sent from its page.')
  return nonce
}
