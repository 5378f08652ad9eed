import { randomBytes } from 'node:crypto'

/** The fields of a form, in the order in which they are sent. */
export type FormFields = { readonly [name: string]: string | number | boolean | undefined }
export type FormFile = {
  readonly partName: string
  readonly fileName: string
  readonly contentType: string
  readonly sizeBytes: number
}

/** What goes around the bytes of a file to make them a `multipart/form-data` body. */
export type FileFrame = { readonly head: Buffer; readonly tail: Buffer; readonly contentType: string }

export function frameFile(fields: FormFields, file: FormFile, boundary = randomBytes(16).toString('hex')): FileFrame {
  const lines: string[] = []
  for (const [name, value] of entriesOf(fields)) {
    lines.push(`--${boundary}`, `Content-Disposition: form-data; name="${quoted(name)}"`, '', value)
  }
  lines.push(
    `--${boundary}`,
    `Content-Disposition: form-data; name="${quoted(file.partName)}"; filename="${quoted(file.fileName)}"`,
    `Content-Type: ${file.contentType}`,
    `Content-Length: ${file.sizeBytes}`,
    '',
    '',
  )
  return {
    head: Buffer.from(lines.join('\r\n')),
    tail: Buffer.from(`\r\n--${boundary}--\r\n`),
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}

/** The body of a form without a file. */
export function encodeFields(fields: FormFields): string {
  return new URLSearchParams(entriesOf(fields)).toString()
}

/** Values as the official client writes them, which is as Python does. */
function entriesOf(fields: FormFields): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return []
    if (typeof value === 'boolean') return [[name, value ? 'True' : 'False']]
    return [[name, String(value)]]
  })
}

/** As browsers do: a name cannot end its own quotes or its line. */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
