import type { Manifest } from '../handlers/manifest.ts'
import type { Site } from '../site/index.ts'
import { secretTokenOf } from './signature.ts'

/** Where `POST /ami/<handler>` is, seen from people's browsers. */
export function menuUrl(publicUrl: string, handler: string): string {
  return `${publicUrl}/ami/${handler}`
}

/**
 * Put every handler into the menu of a site that has no items of ours yet: one action menu item per handler and entity type.
 *
 * @returns how many were created
 */
export async function fillMenu(
  site: Site,
  manifests: readonly Manifest[],
  { publicUrl, secret, environment }: { publicUrl: string; secret: string; environment: string },
): Promise<number> {
  const items = manifests.flatMap((manifest) => {
    const types: (string | null)[] = [...(manifest.entityTypes ?? [null])]
    return types.map((entityType) => ({
      title: manifest.title,
      entity_type: entityType,
      url: menuUrl(publicUrl, manifest.name),
      list_order: manifest.menu.order ?? 1000,
      folder: manifest.menu.folder ?? null,
      selection_required: manifest.selection.min > 0,
      open_in_overlay: manifest.menu.modal === true,
      poll_for_data_updates: true,
      secret_token: secretTokenOf(manifest.name, { secret, environment }),
    }))
  })
  if (items.length === 0) return 0
  await site.batch(items.map((data) => ({ requestType: 'create' as const, entityType: 'ActionMenuItem', data })))
  return items.length
}
