import formbody from '@fastify/formbody'
import fp from 'fastify-plugin'
import { decodeForm, type FormPairs } from '../../ami/form.ts'
import { AppError } from '../../errors.ts'

/** A decoded form, or why it was not decoded: a parser of a body must not throw. */
export type FormBody = { readonly pairs: FormPairs } | { readonly refused: AppError }

/** Forms are the only bodies that this server reads. */
export default fp(async (app) => {
  app.removeAllContentTypeParsers()
  await app.register(formbody, {
    parser: (body: string): Record<string, unknown> => {
      try {
        return { pairs: decodeForm(body) }
      } catch (error) {
        return {
          refused:
            error instanceof AppError
              ? error
              : new AppError('PAYLOAD_INVALID', 'The form cannot be decoded.', { cause: error }),
        }
      }
    },
  })
})

/** @throws {AppError} why the form was refused, or `NOT_A_FORM` without one */
export function pairsOf(body: unknown): FormPairs {
  const form = body as FormBody | undefined
  if (!form) throw new AppError('NOT_A_FORM', 'The request has no form.')
  if ('refused' in form) throw form.refused
  return form.pairs
}
