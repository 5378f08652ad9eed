import type { Settings } from '../settings.ts'
import type { ScriptAuth } from '../site/index.ts'

/** The credentials of the settings, and nothing else of them. */
export function scriptAuth({ scriptName, scriptKey }: Settings['site']): ScriptAuth {
  return { scriptName, scriptKey }
}
