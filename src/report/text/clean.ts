/**
 * Text as it is printed: whole surrogates, composed accents, one kind of line end, no control characters.
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

const controls = /(?!\n)\p{Cc}|[\ufeff\ufff9-\ufffb\u00ad]/gu
