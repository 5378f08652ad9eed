import type { EntityRef } from '../refs.ts'
import { formatPicture } from '../thumbnails/picture.ts'
import type { Records } from './records.ts'

/** First name, last name, name as it is written, login, department, permission group, portrait. */
const people = [
  ['서연', '김', '김서연', 'seoyeon', 'Lighting', 'artist', 'seoyeon'],
  ['晓明', '王', '王晓明', 'xiaoming', 'Layout', 'artist', 'xiaoming'],
  ['Анна', 'Волкова', 'Анна Волкова', 'anna', 'FX', 'artist', 'anna'],
  ['José', 'Núñez', 'José Núñez', 'jose', 'Animation', 'artist', 'jose'],
  ['Łukasz', 'Wiśniewski', 'Łukasz Wiśniewski', 'lukasz', 'Compositing', 'manager', 'd'],
  ['Amara', 'Okafor', 'Amara Okafor', 'amara', 'Production', 'manager', 'a'],
] as const

const departments = [
  ['Production', 'prod', '150,156,166', 'Production'],
  ['Art', 'art', '191,97,106', 'Production'],
  ['Layout', 'lay', '94,129,172', 'Production'],
  ['Animation', 'anim', '208,135,112', 'Production'],
  ['FX', 'fx', '180,142,173', 'Production'],
  ['Lighting', 'lgt', '222,184,105', 'Production'],
  ['Compositing', 'comp', '106,153,120', 'Production'],
  ['Pipeline', 'pipe', '110,120,130', 'Support'],
] as const

/** Everybody on the show, by login. */
export type Crew = {
  readonly all: readonly EntityRef[]
  readonly byLogin: ReadonlyMap<string, EntityRef>
  /** Who does the work of a pipeline step. */
  artistFor(step: string): EntityRef
}

/** The people of the demo; the first two of them exist on every sandbox site. */
export function addPeople(records: Records, projects: readonly EntityRef[]): Crew {
  const administrator = { type: 'HumanUser', id: 61 }
  const artist = { type: 'HumanUser', id: 62 }
  const byLogin = new Map<string, EntityRef>([
    ['admin', administrator],
    ['artist', artist],
  ])
  people.forEach(([firstname, lastname, name, login, department, rules, seed], index) => {
    const id = 63 + index
    byLogin.set(login, { type: 'HumanUser', id })
    records.addAt('HumanUser', id, {
      firstname,
      lastname,
      name,
      login,
      email: `${login}@sandbox.example`,
      password_proxy: 'sandbox',
      department: { type: 'Department', name: department },
      permission_rule_set: { type: 'PermissionRuleSet', code: rules },
      image: formatPicture({ kind: 'person', seed }),
    })
  })
  const all = [...byLogin.values()]
  const named = (login: string) => byLogin.get(login) ?? administrator
  const atDepartment: Readonly<Record<string, readonly EntityRef[]>> = {
    Production: [administrator],
    Compositing: [artist],
  }
  departments.forEach(([name, code, color, kind], index) => {
    records.add('Department', {
      name,
      code,
      color,
      department_type: kind,
      list_order: index + 1,
      users: atDepartment[name] ?? [],
    })
  })
  records.add('Group', { code: 'Supervisors', users: [administrator, named('lukasz')] })
  records.add('Group', { code: 'Compositors', users: [artist, named('lukasz')] })
  records.add('Group', { code: 'Producers', users: [administrator, named('amara')] })
  for (const project of projects) records.link(project, 'users', all)
  const artists: Readonly<Record<string, string>> = {
    layout: 'xiaoming',
    anim: 'jose',
    fx: 'anna',
    light: 'seoyeon',
    comp: 'artist',
    art: 'amara',
    model: 'xiaoming',
    tex: 'seoyeon',
    rig: 'jose',
  }
  return { all, byLogin, artistFor: (step) => named(artists[step] ?? 'admin') }
}
