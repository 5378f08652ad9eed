/** Extensions of the types that handlers make most. Others have none of their own. */
const extensions: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/plain': 'txt',
  'application/json': 'json',
  'application/zip': 'zip',
  'image/png': 'png',
  'image/jpeg': 'jpg',
}

const types: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(extensions).map(([type, extension]) => [extension, type])),
  jpeg: 'image/jpeg',
  svg: 'image/svg+xml',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  edl: 'text/plain',
  otio: 'application/json',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** The MIME type that a file name suggests. */
export function typeOf(name: string): string {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const type = types[extension] ?? 'application/octet-stream'
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type
}

/** `LIGHTHOUSE_version-report_2026-03-04_0506.pdf`: project, handler, local date and time. */
export function defaultFileName(parts: {
  project: string | undefined
  handler: string
  nowMs: number
  timeZone: string
  type: string
}): string {
  const stamp = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: parts.timeZone })
    .format(parts.nowMs)
    .replace(' ', '_')
    .replace(':', '')
  const extension = extensions[parts.type.split(';')[0] ?? '']
  const stem = [parts.project, parts.handler, stamp].filter(Boolean).join('_')
  return safeFileName(extension ? `${stem}.${extension}` : stem)
}

/** A name that every file system takes, Windows included; letters of any script stay as they are. */
export function safeFileName(name: string): string {
  const cleaned = name
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go
    .replace(/[<>:"/\\|?*\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, '-')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '')
  const short = shorten(cleaned || 'file', 200)
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(short) ? `_${short}` : short
}

/** File systems count bytes (255 of them), and the extension must survive. */
function shorten(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const extension = /\.[^. ]{1,10}$/.exec(name)?.[0] ?? ''
  let stem = ''
  for (const letter of name.slice(0, name.length - extension.length)) {
    if (Buffer.byteLength(stem + letter + extension) > maxBytes) break
    stem += letter
  }
  return stem.trimEnd() + extension
}
