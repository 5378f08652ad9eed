import formbody from '@fastify/formbody'
import fp from 'fastify-plugin'
import { decodeForm, type FormPairs } from '../../ami/form.ts'
import { AppError } from '../../errors.ts'

/** A decoded form, or why it was refused: what reads bodies for @fastify/formbody must not throw. */
type FormBody = { readonly pairs: FormPairs } | { readonly refused: unknown }

/** Forms are the only bodies that this server reads. */
export default fp(async (app) => {
  app.removeAllContentTypeParsers()
  await app.register(formbody, {
    parser: (body: string): Record<string, unknown> => {
      try {
        return { pairs: decodeForm(Buffer.from(body)) }
      } catch (refused) {
        return { refused }
      }
    },
  })
})

/** @throws {AppError} why the form was refused, or `NOT_A_FORM` without one */
export function pairsOf(body: unknown): FormPairs {
  if (body === undefined) throw new AppError('NOT_A_FORM', 'The request has no form.')
  const form = body as FormBody
  if ('refused' in form) throw form.refused
  return form.pairs
}
