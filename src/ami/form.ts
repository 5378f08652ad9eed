import { AppError } from '../errors.ts'

/** Decoded pairs of a form, in the order in which they were sent. Signature and schema both read these. */
export type FormPairs = readonly (readonly [name: string, value: string])[]

/** A page with 2,000 columns is not made for people; more pairs than this are an attack on the parser. */
export const MAX_PAIRS = 2000

/** 50,000 seven-digit ids, twice, are under 1 MiB; this leaves room for what sites may add. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024

const AMPERSAND = 0x26
const PLUS = 0x2b
const SPACE = 0x20

/**
 * Decode `application/x-www-form-urlencoded` as browsers encode it (WHATWG URL, section 5.1).
 *
 * @param body  is changed: every `+` in it becomes a space, for URLSearchParams takes seconds over millions of `+`
 * @throws {AppError} `PAYLOAD_TOO_MANY_FIELDS`, before anything is decoded
 */
export function decodeForm(body: Buffer): FormPairs {
  let count = 1
  for (let at = 0; at < body.length; at += 1) {
    if (body[at] === PLUS) body[at] = SPACE
    if (body[at] !== AMPERSAND) continue
    count += 1
    if (count > MAX_PAIRS) {
      throw new AppError(
        'PAYLOAD_TOO_MANY_FIELDS',
        `The request has more than ${MAX_PAIRS.toLocaleString('en')} form fields.`,
      )
    }
  }
  const text = body.toString()
  // The constructor takes one leading "?" for the start of a query; a field's name may begin with it.
  return [...new URLSearchParams(text.startsWith('?') ? `&${text}` : text)]
}
