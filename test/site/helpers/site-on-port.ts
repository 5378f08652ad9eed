import { createSite, type Site, type SiteOptions } from '../../../src/site/index.ts'
import { openSandbox, type TestSandbox } from '../../sandbox/sandbox-site.ts'

export const scriptAuth = { scriptName: 'amiable', scriptKey: 'sandbox-script-key' }

export type SiteOnPort = AsyncDisposable & {
  readonly url: string
  readonly sandbox: TestSandbox
  /** A client, as the script unless told otherwise. */
  open(options?: Partial<SiteOptions>): Site
}

/** A real sandbox site that listens on a port of its own. */
export async function startSiteOnPort(options: Parameters<typeof openSandbox>[0] = {}): Promise<SiteOnPort> {
  const sandbox = await openSandbox(options)
  const url = await sandbox.app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    sandbox,
    open: (more = {}) => createSite({ url, auth: scriptAuth, retry: { attempts: 1 }, ...more }),
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  }
}
