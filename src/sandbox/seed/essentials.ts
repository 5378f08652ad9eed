import type { Json } from '../json.ts'
import { statuses } from '../schema/statuses.ts'
import { formatPicture } from '../thumbnails/picture.ts'
import type { LoadRecord } from './load.ts'

/** Names and secrets that every sandbox site has, for anybody to use. */
export const accounts = {
  script: { name: 'amiable', key: 'sandbox-script-key' },
  administrator: { login: 'admin', password: 'sandbox' },
  artist: { login: 'artist', password: 'sandbox' },
} as const

/** Pipeline steps: name, short name, entity type, colour. */
export const steps = [
  ['Layout', 'layout', 'Shot', '94,129,172'],
  ['Animation', 'anim', 'Shot', '208,135,112'],
  ['FX', 'fx', 'Shot', '180,142,173'],
  ['Lighting', 'light', 'Shot', '222,184,105'],
  ['Comp', 'comp', 'Shot', '106,153,120'],
  ['Art', 'art', 'Asset', '191,97,106'],
  ['Model', 'model', 'Asset', '94,129,172'],
  ['Texture', 'tex', 'Asset', '143,188,187'],
  ['Rig', 'rig', 'Asset', '208,135,112'],
] as const

/** What a site has before any project: script, permissions, statuses, steps, and the two people who can log in. */
export function essentials(): LoadRecord[] {
  const record = (type: string, values: Record<string, Json>, id?: number): LoadRecord => ({
    type,
    values,
    path: `the sandbox's own ${type}`,
    ...(id === undefined ? {} : { id }),
  })
  const ruleSet = (code: string, displayName: string, entityType: string, id: number) =>
    record('PermissionRuleSet', { code, display_name: displayName, entity_type: entityType }, id)
  const rules = (code: string) => ({ type: 'PermissionRuleSet', code })
  return [
    record('ApiUser', {
      firstname: accounts.script.name,
      lastname: '1.0',
      description: 'Signs in the Amiable server.',
      salted_password: accounts.script.key,
      permission_rule_set: rules('api_admin'),
    }),
    ruleSet('api_admin', 'API Admin', 'ApiUser', 1),
    ruleSet('admin', 'Admin', 'HumanUser', 5),
    ruleSet('manager', 'Manager', 'HumanUser', 6),
    ruleSet('artist', 'Artist', 'HumanUser', 8),
    ...statuses.map(([code, name, color]) => record('Status', { code, name, bg_color: color })),
    ...steps.map(([code, shortName, entityType, color], index) =>
      record('Step', { code, short_name: shortName, entity_type: entityType, color, list_order: index + 1 }),
    ),
    ...['Movie', 'Image Sequence', 'Nuke Script'].map((code) => record('PublishedFileType', { code })),
    record(
      'HumanUser',
      {
        name: 'Élodie Marchand',
        firstname: 'Élodie',
        lastname: 'Marchand',
        login: accounts.administrator.login,
        email: 'elodie@sandbox.example',
        password_proxy: accounts.administrator.password,
        permission_rule_set: rules('admin'),
        image: formatPicture({ kind: 'person', seed: 'e' }),
      },
      61,
    ),
    record('HumanUser', {
      name: '佐藤 美咲',
      firstname: '美咲',
      lastname: '佐藤',
      login: accounts.artist.login,
      email: 'misaki@sandbox.example',
      password_proxy: accounts.artist.password,
      permission_rule_set: rules('artist'),
      language: 'ja',
      image: formatPicture({ kind: 'person', seed: 'misaki' }),
    }),
  ]
}
