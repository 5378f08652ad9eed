import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { startSandbox } from '../../src/sandbox/serve.ts'

/** Status and body of a GET that names a host of its own choice. */
function ask(url: string, host: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host } }, async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      resolve({ status: response.statusCode, text })
    })
    asked.on('error', reject).end()
  })
}

describe('a sandbox on this machine only', () => {
  test('answers to its own names, and refuses a foreign one on pages, pictures and the API', async () => {
    const sandbox = await startSandbox({ port: 0, empty: true, logLevel: 'silent' })
    try {
      const { port } = new URL(sandbox.url)
      for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'LOCALHOST', '127.8.9.10', `[::1]:${port}`]) {
        expect([host, (await ask(`${sandbox.url}/health`, host)).status]).toEqual([host, 200])
      }
      for (const path of ['/health', '/', '/api3/json', '/thumbnail/Shot/1.jpg', '/assets/pages/grid.js', '/nowhere']) {
        expect(await ask(sandbox.url + path, `evil.example:${port}`)).toEqual({
          status: 403,
          text: `This sandbox answers only to localhost and 127.0.0.1, not to “evil.example:${port}”. Open it as http://127.0.0.1:${port}/.`,
        })
      }
      for (const host of ['127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.7', 'a b'])
        expect([host, (await ask(`${sandbox.url}/health`, host)).status]).toEqual([host, 403])
    } finally {
      await sandbox.close()
    }
  })
})
