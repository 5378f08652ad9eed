import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Envelope } from '../../src/handlers/envelope.ts'

export function buildEnvelope(handler: string, overrides: Partial<Envelope> = {}): Envelope {
  return {
    v: 1,
    runId: randomUUID(),
    handler,
    context: {
      entityType: 'Version',
      selectedIds: [2, 1],
      pageIds: [3, 2, 1],
      user: { id: 61, login: 'mira' },
      page: { columns: [], sorts: [], groupings: [] },
      project: { id: 12, name: 'Lighthouse' },
      payload: {},
    },
    site: { url: 'http://127.0.0.1:1', scriptName: 'amiable', scriptKey: 'key-5f0c' },
    scratch: mkdtempSync(join(tmpdir(), 'amiable-scratch-')),
    attempt: 1,
    nowMs: Date.UTC(2026, 2, 4, 5, 6),
    timeZone: 'Europe/Paris',
    timeoutMs: 20_000,
    ...overrides,
  }
}
