/** Below this length a secret is part of too many ordinary words. */
const MIN_SECRET_LENGTH = 4

export type Redactor = {
  /** Another secret came up: a session token of ours. */
  readonly add: (secret: string) => void
  /** A redactor that knows these too, for as long as one call lasts. */
  readonly including: (secrets: readonly (string | undefined)[]) => Redactor
  /** Text from outside, for a message: secrets struck out, otherwise as it was written, cut at `maxLength`. */
  readonly quote: (text: string, maxLength?: number) => string
}

/** Strikes secrets out of what a site or a proxy says, in case it repeats the request. */
export function createRedactor(secrets: readonly (string | boolean | undefined)[]): Redactor {
  return redactorOf(new Set(), secrets)
}

function redactorOf(known: ReadonlySet<string>, secrets: readonly (string | boolean | undefined)[]): Redactor {
  const forms = new Set(known)
  const add = (secret: string): void => {
    if (secret.length < MIN_SECRET_LENGTH) return
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) forms.add(form)
  }
  for (const secret of secrets) if (typeof secret === 'string') add(secret)

  const quote = (text: string, maxLength = 1_000): string => {
    let clean = text
    for (const form of forms) clean = clean.replaceAll(form, '[secret]')
    return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean
  }
  return { add, including: (more) => redactorOf(forms, more), quote }
}
