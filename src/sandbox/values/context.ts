import type { SandboxSite } from '../site.ts'
import type { FieldPlace } from './faults.ts'
/** What a value is parsed for. */
export type ValueContext = {
  readonly site: SandboxSite
  readonly place: FieldPlace
  /** The site itself is writing (seeds, demo): it may also set pictures. */
  readonly asSite: boolean
}
