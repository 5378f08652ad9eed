import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { EntityRef } from '../refs.ts'
import type { SandboxSite } from '../site.ts'
import { PageError } from './page-error.ts'
import { listPeople, sessionCookieOf } from './person.ts'
import { safePath } from './security.ts'
import { systemData } from './site-data.ts'
import { renderPage } from './view.ts'

const Login = z.object({ login: z.string().max(200), password: z.string().max(200), return_to: z.string().optional() })
const Switch = z.object({ user_id: z.coerce.number().int().positive(), return_to: z.string().optional() })

/** Being somebody else: by name and password as on a real site, or in one step, since this site guards nothing. */
export function personRoutes(app: FastifyInstance, { site }: { site: SandboxSite }): void {
  const signIn = (request: FastifyRequest, reply: FastifyReply, user: EntityRef, returnTo: unknown) =>
    reply
      .header('set-cookie', `${sessionCookieOf(request)}=${site.openSession(user)}; Path=/; HttpOnly; SameSite=Lax`)
      .redirect(safePath(returnTo), 303)

  app.get('/login', (request, reply) =>
    renderPage(site, request, reply, 'login', { title: 'Log in', login: '', error: '' }),
  )

  app.post('/login', (request, reply) => {
    const typed = Login.safeParse(request.body)
    const user = typed.success ? site.checkLogin(typed.data.login, typed.data.password) : undefined
    if (typed.success && user) return signIn(request, reply, user, typed.data.return_to)
    const login = typed.success ? typed.data.login : ''
    const error = 'No active person has this login and password.'
    return renderPage(site, request, reply.code(401), 'login', { title: 'Log in', login, error })
  })

  app.post('/switch-user', (request, reply) => {
    const { user_id, return_to } = Switch.parse(request.body)
    const person = listPeople(systemData(site, request)).find((candidate) => candidate.id === user_id)
    if (!person) throw new PageError(404, `Nobody here has the id ${user_id}.`)
    return signIn(request, reply, { type: 'HumanUser', id: person.id }, return_to)
  })
}
