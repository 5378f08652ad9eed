import { readdirSync } from 'node:fs'
import { AppError } from '../errors.ts'

const SCRIPT = /\.[mc]?[jt]s$/

/** Whether a file of the folder is meant to be a handler. */
export function kindOf(file: string): 'handler' | 'ignored' {
  if (/^[._]|\.d\.[mc]?ts$|\.(test|spec|config)\.[mc]?[jt]s$/.test(file)) return 'ignored'
  return SCRIPT.test(file) ? 'handler' : 'ignored'
}

/** Whether a file may be code, data or a template of handlers. Tests and type declarations are none of these. */
export function isSource(file: string): boolean {
  return /\.([mc]?[jt]s|json|eta)$/.test(file) && !/\.d\.[mc]?ts$|\.(test|spec)\.[mc]?[jt]s$/.test(file)
}

/** Files and folders of this name hold no sources: hidden ones, and installed packages. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules'
}

/** A handler's name: its file without the ending. */
export function nameOf(file: string): string {
  return file.replace(SCRIPT, '')
}

/** Why a handler cannot have this name, if it cannot. */
export function nameProblem(name: string): string | undefined {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)
    ? undefined
    : `"${name}" cannot be part of a URL as it is: name the file in lower case with dashes, such as version-report.ts.`
}

/**
 * The files in the folder of the handlers, sorted; folders and hidden files are none.
 *
 * @throws {AppError} `HANDLERS_FOLDER_MISSING`
 */
export function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'is not there' : code === 'ENOTDIR' ? 'is not a folder' : `cannot be read (${code})`
    throw new AppError('HANDLERS_FOLDER_MISSING', `The folder of the handlers, ${folder}, ${why}.`, { cause })
  }
}
