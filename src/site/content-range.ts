/** Where in a file the bytes of a 206 begin. */
export type ContentRange = {
  readonly startBytes: number
  /** Of the whole file. */
  readonly totalBytes: number
}

/** `bytes 0-499/1234`; undefined for all else, and where the whole size is not told. */
export function parseContentRange(text: string | undefined): ContentRange | undefined {
  const parts = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(text?.trim() ?? '')
  if (parts === null) return undefined
  const [startBytes, last, totalBytes] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  return startBytes <= last && last < totalBytes ? { startBytes, totalBytes } : undefined
}
