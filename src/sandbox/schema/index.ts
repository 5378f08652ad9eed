import { communication } from './communication.ts'
import { people } from './people.ts'
import { production } from './production.ts'
import { review } from './review.ts'
import { siteConfiguration } from './site-configuration.ts'
import type { SiteSchema } from './types.ts'

/** The schema of a new site. */
export function buildSchema(): SiteSchema {
  const all = [...production, ...review, ...communication, ...people, ...siteConfiguration]
  return new Map(all.map((entityType) => [entityType.name, entityType]))
}
