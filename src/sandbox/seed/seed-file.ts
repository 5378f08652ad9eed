import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { isObject, type Json, type JsonObject } from '../json.ts'
import type { OneTimeCodes } from '../sessions.ts'
import { formatPicture } from '../thumbnails/picture.ts'
import { LoadError, type LoadRecord } from './load.ts'

const fields = z.record(z.string(), z.json())

const SeedFile = z.strictObject({
  scripts: z.array(z.strictObject({ name: z.string().min(1), key: z.string().min(1) })).default([]),
  users: z
    .array(
      z
        .object({
          login: z.string().min(1),
          password: z.string().min(1),
          name: z.string().min(1),
          groups: z.array(z.string().min(1)).default([]),
          one_time_codes: z.array(z.string().min(1)).optional(),
        })
        .catchall(z.json()),
    )
    .default([]),
  entities: z
    .array(z.object({ type: z.string().min(1), id: z.int().positive().optional() }).catchall(z.json()))
    .default([]),
  preferences: fields.default({}),
  info: fields.default({}),
  schema: z
    .array(z.unknown())
    .max(0, 'this sandbox cannot change its schema yet; expected an empty list, or no "schema" at all')
    .default([]),
})

/** What a seed file adds to a site. */
export type Seed = {
  readonly records: readonly LoadRecord[]
  readonly preferences: JsonObject
  readonly info: JsonObject
  readonly oneTimeCodes: OneTimeCodes
}

/** A seed file that cannot be used; the message names the file, the place in it and what was expected there. */
export class SeedError extends Error {
  override readonly name = 'SeedError'
}

/** Reads a seed file. Throws a `SeedError`. */
export async function readSeedFile(path: string): Promise<Seed> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new SeedError(`Cannot read the seed file ${path}: ${messageOf(error)}`, { cause: error })
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new SeedError(`The seed file ${path} is not JSON: ${messageOf(error)}`, { cause: error })
  }
  return inFile(path, () => parseSeed(json))
}

/** Puts the name of the file in front of what is wrong with its content. */
export function inFile<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof SeedError) && !(error instanceof LoadError)) throw error
    throw new SeedError(`The seed file ${path} cannot be used.\n${error.message}`, { cause: error })
  }
}

/** Checks the content of a seed file, all of it at once. Throws a `SeedError`. */
export function parseSeed(json: unknown): Seed {
  const parsed = SeedFile.safeParse(json)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}`)
    throw new SeedError(lines.join('\n'), { cause: parsed.error })
  }
  const { scripts, users, entities, preferences, info } = parsed.data
  return {
    records: [
      ...scripts.map(({ name, key }, index) => ({
        type: 'ApiUser',
        path: `scripts[${index}]`,
        values: { firstname: name, salted_password: key },
      })),
      ...groupsOf(users),
      ...users.map(({ groups, password, one_time_codes: _, ...values }, index) => ({
        type: 'HumanUser',
        path: `users[${index}]`,
        values: withPicture({
          permission_rule_set: { type: 'PermissionRuleSet', code: 'artist' },
          ...values,
          password_proxy: password,
          groups: groups.map((code) => ({ type: 'Group', code })),
        }),
      })),
      ...entities.map(({ type, id, ...values }, index) => ({
        type,
        path: `entities[${index}]`,
        values: withPicture(values),
        ...(id === undefined ? {} : { id }),
      })),
    ],
    preferences,
    info,
    oneTimeCodes: Object.fromEntries(
      users.flatMap(({ login, one_time_codes: codes }) => (codes === undefined ? [] : [[login, codes]])),
    ),
  }
}

/** The groups that people name come into being by that. */
function groupsOf(users: readonly { groups: readonly string[] }[]): LoadRecord[] {
  const codes = new Set(users.flatMap(({ groups }) => groups))
  return [...codes].map((code) => ({ type: 'Group', path: `users: group "${code}"`, values: { code } }))
}

/** `"image": "generated"` asks for a drawn thumbnail. */
function withPicture(values: Record<string, Json>): Record<string, Json> {
  const { image } = values
  if (image === undefined || image === null) return values
  if (image !== 'generated') return { ...values, image: isObject(image) ? image : [image] } // refused with its place
  const name =
    [values.code, values.name, values.content, values.title].find((one) => typeof one === 'string') ?? 'Sandbox'
  const scene = /^([A-Za-z]+)_(\d+)_([a-z]+)_v(\d+)/.exec(String(name))
  const [, sequence = '', shot = '', step = '', version = '1'] = scene ?? []
  const picture =
    scene === null
      ? formatPicture({ kind: 'poster', title: String(name) })
      : formatPicture({ kind: 'scene', sequence, shot, step, version: Number(version), frame: 1001 })
  return { ...values, image: picture }
}

function placeOf(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return text.replace(/^\./, '') || 'the whole file'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
