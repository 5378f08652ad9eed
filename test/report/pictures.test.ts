import { createServer, type RequestListener } from 'node:http'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadPictures } from '../../src/report/image/load-pictures.ts'
import { prefetch } from '../../src/report/image/prefetch.ts'

const size = { width: 128, height: 72 }
const photo = await sharp({ create: { width: 500, height: 400, channels: 3, background: '#3a6' } })
  .png()
  .toBuffer()

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}

const fetchFrom = (base: string) => async (path: string, signal: AbortSignal) => {
  const response = await fetch(base + path, { signal })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return await response.bytes()
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

describe('pictures', () => {
  test('a broken, a missing, a lying and a slow picture become undefined; the others arrive in order', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/slow') return // never answers
      if (request.url === '/missing') response.writeHead(404).end()
      else if (request.url === '/lying') response.end('<html>Sign in</html>')
      else if (request.url === '/cut') response.end(photo.subarray(0, 60))
      else if (request.url === '/hangup') response.destroy()
      else response.end(photo)
    })
    const paths = ['/a', '/slow', '/missing', '/b', '/lying', '/cut', '/hangup', '/c']
    const failures: unknown[] = []
    const options = { ...size, timeoutMs: 300, onFailure: (error: unknown) => failures.push(error) }
    const pictures = await collect(loadPictures(paths, fetchFrom(base), options))
    expect(pictures.map(({ item }) => item)).toEqual(paths)
    expect(pictures.map(({ picture }) => picture !== undefined)).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
      false,
      true,
    ])
    expect(failures).toHaveLength(5)
    const { width, height, format } = await sharp(pictures[0]?.picture).metadata()
    expect({ width, height, format }).toEqual({ width: 320, height: 180, format: 'jpeg' })
  })

  test('a storage that is down is not asked for every picture', async () => {
    let asked = 0
    const base = await serve((_, response) => {
      asked += 1
      response.destroy()
    })
    const items = Array.from({ length: 500 }, (_, index) => `/${index}`)
    const pictures = await collect(loadPictures(items, fetchFrom(base), { ...size, maxFailures: 10 }))
    expect(pictures).toHaveLength(500)
    expect(asked).toBeLessThan(40)
  })

  test('an aborted signal ends the list with its reason', async () => {
    const abort = new AbortController()
    const never = () => new Promise<undefined>(() => {})
    const reading = collect(loadPictures(['a'], never, { ...size, signal: abort.signal }))
    abort.abort(new Error('stopped by a person'))
    await expect(reading).rejects.toThrow('stopped by a person')
  })

  test('work that does not heed its signal is given up in time', async () => {
    const never = () => new Promise<undefined>(() => {})
    const pictures = await collect(loadPictures(['a'], never, { ...size, timeoutMs: 50 }))
    expect(pictures).toEqual([{ item: 'a', picture: undefined }])
  })
})

test('prefetch works on a few at once and a few ahead', async () => {
  let busy = 0
  let mostBusy = 0
  let started = 0
  const work = async (item: number) => {
    started += 1
    busy += 1
    mostBusy = Math.max(mostBusy, busy)
    await new Promise((resume) => setImmediate(resume))
    busy -= 1
    return item * 2
  }
  const seen: number[] = []
  let read = 0
  for await (const { result } of prefetch(
    Array.from({ length: 100 }, (_, i) => i),
    work,
    { parallel: 4, ahead: 10 },
  )) {
    read += 1
    expect(started).toBeLessThanOrEqual(read + 10)
    seen.push(result)
  }
  expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i * 2))
  expect(mostBusy).toBe(4)
})
