import fp from 'fastify-plugin'
import { decodeForm, type FormPairs } from '../../ami/form.ts'
import { AppError } from '../../errors.ts'

/** Forms are the only bodies that this server reads. */
export default fp(async (app) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => decodeForm(body),
  )
})

/** @throws {AppError} `NOT_A_FORM` without one */
export function pairsOf(body: unknown): FormPairs {
  if (body === undefined) throw new AppError('NOT_A_FORM', 'The request has no form.')
  return body as FormPairs
}
