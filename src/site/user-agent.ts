const platforms: Readonly<Record<string, string>> = { darwin: 'Mac', linux: 'Linux', win32: 'Windows' }
const base = `amiable-site (0.1); Node ${process.versions.node} (${platforms[process.platform] ?? 'Unknown'})`

/** What the site's logs show about us: this client, the runtime, and who uses it. */
export function buildUserAgent(added: string | undefined): string {
  return added === undefined ? base : `${base}; ${added}`
}
