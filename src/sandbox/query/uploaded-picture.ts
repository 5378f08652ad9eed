import type { Json } from '../json.ts'

/** An uploaded picture: the Attachment that holds it. Until it is ready, another picture stands in for it. */
export type UploadedPicture = { readonly attachmentId: number; readonly ready: boolean }

/** What an `image` field holds for an uploaded picture. */
export function formatUploadedPicture({ attachmentId, ready }: UploadedPicture): string {
  return `upload:${attachmentId}:${ready ? 'ready' : 'pending'}`
}

/** Undefined for pictures that are drawn, and for none. */
export function parseUploadedPicture(value: Json | undefined): UploadedPicture | undefined {
  const [, id, state] = (typeof value === 'string' && /^upload:(\d{1,15}):(ready|pending)$/.exec(value)) || []
  return id === undefined ? undefined : { attachmentId: Number(id), ready: state === 'ready' }
}
