const contentTypes: Readonly<Record<string, string>> = {
  ai: 'application/postscript',
  avi: 'video/x-msvideo',
  csv: 'text/csv',
  dpx: 'image/x-dpx',
  exr: 'image/x-exr',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  txt: 'text/plain',
  wav: 'audio/x-wav',
  webm: 'video/webm',
  zip: 'application/zip',
}

/** What comes after the last dot of a file name, in lower case; empty without one. */
export function extensionOf(fileName: string): string {
  return /[^.]\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? ''
}

/** The MIME type by the extension; null for one that is not known. */
export function contentTypeOf(fileName: string): string | null {
  return contentTypes[extensionOf(fileName)] ?? null
}
