import type { FastifyRequest } from 'fastify'
import type { SandboxSite } from '../site.ts'
import { PageError } from './page-error.ts'
import { readCookie } from './security.ts'
import { linkOf, type SiteData, systemData, textOf } from './site-data.ts'

/** The person who looks at a page. */
export type Person = {
  readonly type: 'HumanUser'
  readonly id: number
  readonly login: string
  readonly name: string
  readonly groupId: number | undefined
  readonly groupName: string
}

/** Browsers keep cookies by host alone: with its port in the name, each sandbox of this machine has its own. */
export function sessionCookieOf(request: FastifyRequest): string {
  return `sandbox_session_${request.port ?? 80}`
}

/** Who is signed in. This is a sandbox on the person's own machine: without a session it is the administrator. */
export function personOf(site: SandboxSite, request: FastifyRequest): Person {
  const token = readCookie(request.headers.cookie, sessionCookieOf(request))
  const user = token ? site.findSession(token) : undefined
  const people = listPeople(systemData(site, request))
  const person = people.find((candidate) => candidate.id === user?.id && user.type === 'HumanUser') ?? people[0]
  if (!person) throw new PageError(404, 'This sandbox has no people yet: add a HumanUser through the API first.')
  return person
}

/** Everybody who may log in, administrators first. */
export function listPeople(data: SiteData): Person[] {
  const fields = ['login', 'name', 'permission_rule_set', 'sg_status_list']
  const people = data.readAll('HumanUser', fields).flatMap((user): Person[] => {
    const group = linkOf(user.permission_rule_set)
    if (user.sg_status_list === 'dis' || textOf(user.login) === '') return []
    return [
      {
        type: 'HumanUser',
        id: user.id,
        login: textOf(user.login),
        name: textOf(user.name) || textOf(user.login),
        groupId: group?.id,
        groupName: group?.name ?? '',
      },
    ]
  })
  return people.sort((a, b) => Number(isAdmin(b)) - Number(isAdmin(a)) || a.id - b.id)
}

export function isAdmin(person: Person): boolean {
  return /\badmin/i.test(person.groupName)
}
