/**
 * What a thumbnail shows. An `image` field holds it as text, so that the picture can be drawn at any time
 * and stays the same when the entity is renamed.
 */
export type Picture =
  | { kind: 'scene'; sequence: string; shot: string; step: string; version: number; frame: number }
  | { kind: 'asset'; subject: string; step: string; version: number }
  | { kind: 'person'; seed: string }
  | { kind: 'poster'; title: string }

/** The text form of a picture. */
export function formatPicture(picture: Picture): string {
  const values = new URLSearchParams()
  for (const [key, value] of Object.entries(picture)) values.set(key, String(value))
  return values.toString()
}

/** The picture that a text stands for; any other text gives a poster of its own. */
export function parsePicture(text: string): Picture {
  const values = new URLSearchParams(text)
  const get = (key: string) => values.get(key) ?? ''
  const number = (key: string) => Number(values.get(key) ?? 0) || 0
  switch (values.get('kind')) {
    case 'scene':
      return {
        kind: 'scene',
        sequence: get('sequence'),
        shot: get('shot'),
        step: get('step'),
        version: number('version'),
        frame: number('frame'),
      }
    case 'asset':
      return { kind: 'asset', subject: get('subject'), step: get('step'), version: number('version') }
    case 'person':
      return { kind: 'person', seed: get('seed') }
    default:
      return { kind: 'poster', title: get('title') || text }
  }
}
