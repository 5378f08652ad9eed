import { AppError } from '../errors.ts'

/** Decoded pairs of a form, in the order in which they were sent. Signature and schema both read these. */
export type FormPairs = readonly (readonly [name: string, value: string])[]

/** A page with 2,000 columns is not made for people; more pairs than this are an attack on the parser. */
export const MAX_PAIRS = 2000

/** 50,000 seven-digit ids, twice, are under 1 MiB; this leaves room for what sites may add. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024

/**
 * Decode `application/x-www-form-urlencoded` as browsers encode it (WHATWG URL, section 5.1).
 *
 * @throws {AppError} `PAYLOAD_TOO_MANY_FIELDS`, before anything is decoded
 */
export function decodeForm(body: string): FormPairs {
  let count = 1
  for (let at = body.indexOf('&'); at !== -1; at = body.indexOf('&', at + 1)) {
    count += 1
    if (count > MAX_PAIRS) {
      throw new AppError(
        'PAYLOAD_TOO_MANY_FIELDS',
        `The request has more than ${MAX_PAIRS.toLocaleString('en')} form fields.`,
      )
    }
  }
  return [...new URLSearchParams(body)]
}
