import { randomUUID } from 'node:crypto'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { type AskTools, openForm, sendForm } from '../../ami/ask.ts'
import type { FormPairs } from '../../ami/form.ts'
import { AppError } from '../../errors.ts'
import type { FormTexts } from '../../handlers/params/coerce.ts'
import { type FormIssue, issueLines } from '../../handlers/params/fields.ts'
import { formStateOf, formView } from '../form-view.ts'
import { nonceOf } from '../nonce.ts'
import { pairsOf } from '../plugins/form-body.ts'
import { wantsJson } from '../wants-json.ts'

/** Names of parameters in the form that is sent; the rest is ours. */
const PREFIX = 'param.'

interface Address {
  Params: { token: string }
}

/** What a person is asked between click and run, under an address of its own. */
const formRoutes: FastifyPluginAsync<AskTools> = async (app, tools) => {
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })

  app.get<Address>('/f/:token', async (request, reply) => {
    const form = await openForm(request.params.token, tools)
    const nonce = randomUUID()
    if (wantsJson(request)) return formStateOf(form, nonce)
    return reply.viewAsync('form', formView(form, { nonce, issues: [] }))
  })

  app.post<Address>('/f/:token', async (request, reply) => {
    const pairs = pairsOf(request.body)
    const nonce = nonceOf(pairs)
    const texts = textsOf(pairs)
    const revision = pairs.find(([name]) => name === 'revision')?.[1] ?? ''
    const sent = await sendForm(request.params.token, { texts, nonce, revision }, tools)
    if (sent.ok) return reply.redirect(`/r/${sent.runToken}`, 303)
    if (wantsJson(request)) return refuse(reply, sent.issues)
    return reply.code(422).viewAsync('form', formView(sent.form, { nonce, issues: sent.issues, texts }))
  })
}

export default formRoutes

function textsOf(pairs: FormPairs): FormTexts {
  const texts = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    if (!name.startsWith(PREFIX)) continue
    const known = texts.get(name.slice(PREFIX.length))
    if (known) known.push(value)
    else texts.set(name.slice(PREFIX.length), [value])
  }
  return texts
}

function refuse(reply: FastifyReply, issues: readonly FormIssue[]): FastifyReply {
  const { code, status, message, hint } = new AppError('PARAMS_INVALID', issueLines(issues).join('\n'))
  return reply.code(status).send({ code, message, hint, issues })
}
