import { setTimeout as sleep } from 'node:timers/promises'
import type { Scope } from './connection.ts'
import { SiteFaultError } from './errors/index.ts'
import type { Answer } from './http.ts'
import type { EntityRef } from './types.ts'
import { type Upload, writeForm } from './upload-post.ts'
import { readFormAnswer } from './upload-request.ts'
import { describeUpload, planUpload, runUpload } from './upload-run.ts'
import type { UploadCallOptions } from './upload-types.ts'

export type Sharing = {
  readonly source: EntityRef
  readonly targets: readonly EntityRef[]
  readonly filmstrip: boolean
  /** How long a picture is waited for that the site is still making; 0 asks once. */
  readonly patienceMs: number
}

/** Give entities the picture of another one. Gives the id of its Attachment; null when there is none. */
export async function shareThumbnail(
  scope: Scope,
  { source, targets, filmstrip, patienceMs }: Sharing,
  options: UploadCallOptions,
): Promise<number | null> {
  const { baseDelayMs, maxDelayMs } = scope.connection.settings.retry
  const field = filmstrip ? 'filmstrip_image' : 'image'
  const attempted = targets.map((target) => describeUpload('shareThumbnail', target, field))
  const form = {
    action: 'share_thumbnail',
    fields: {
      entities: targets.map(nameOf).join(','),
      source_entity: nameOf(source),
      filmstrip_thumbnail: filmstrip ? 1 : false, // both as the official client writes them
    },
    attempted,
  }
  const plan = {
    what: `sharing of the ${field} of ${source.type} ${source.id} with ${targets.length} entities`,
    options,
    sizeBytes: 0,
    planned: attempted.map((one) => planUpload(one, { source_entity: source })),
  }
  return await runUpload(scope, plan, async (upload) => {
    const { signal } = upload.deadline
    const endsAtMs = performance.now() + patienceMs
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await writeForm(upload, form, (answer) => parseAnswer(answer, upload))
      } catch (error) {
        const delayMs = Math.min(maxDelayMs, baseDelayMs * 2 ** attempt)
        const notReady = error instanceof SiteFaultError && error.code === 'SITE_THUMBNAIL_NOT_READY'
        if (!notReady || performance.now() + delayMs >= endsAtMs) throw error
        upload.setWritten(false)
        await sleep(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted())
      }
    }
  })
}

/** The id after the colon; null when the source had nothing to share. */
function parseAnswer(answer: Answer, { what, scope }: Upload): number | null {
  const text = Buffer.from(answer.bytes).toString('utf8')
  if (answer.status >= 200 && answer.status < 300 && text.startsWith('2')) {
    const said = scope.connection.settings.redactor.quote(text.slice(1).trim(), 1_000)
    throw new SiteFaultError('SITE_THUMBNAIL_NOT_READY', `The site refused the ${what}: ${said}`, {
      siteCode: undefined,
    })
  }
  const [, id = ''] = readFormAnswer(answer, what, scope.connection).split(/[:\r\n]+/)
  return /^\d{1,15}$/.test(id.trim()) ? Number(id) : null
}

function nameOf({ type, id }: EntityRef): string {
  return `${type}_${id}`
}
