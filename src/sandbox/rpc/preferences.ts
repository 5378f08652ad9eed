import { isObject, type Json, type JsonObject } from '../json.ts'
import type { SandboxSite } from '../site.ts'
import { stringsParam } from './params.ts'

/** The preferences that were named and exist; all of them when none was named. */
export function readPreferences(site: SandboxSite, argument: Json | undefined): JsonObject {
  const names = stringsParam('preferences_read', 'prefs', isObject(argument) ? argument.prefs : undefined)
  const all = Object.entries(site.preferences)
  return Object.fromEntries(names.length === 0 ? all : all.filter(([name]) => names.includes(name)))
}
