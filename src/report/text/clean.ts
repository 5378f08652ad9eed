/**
 * Text as it is printed: whole surrogates, composed accents, one kind of line end, no control characters, and nothing
 * that turns its order round, so that a name reads as its letters stand.
 * Composed, because file names from some systems arrive decomposed and fonts hold the composed forms.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n')
    .replace(/\t/g, ' ')
    .replace(controls, '')
}

/** Is there anything to see in it? */
export function isVisible(text: string | undefined): text is string {
  return text !== undefined && SEEN.test(text)
}

const SEEN = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u
const controls = /(?!\n)\p{Cc}|[\ufeff\ufff9-\ufffb\u00ad\u202a-\u202e\u2066-\u2069]/gu
