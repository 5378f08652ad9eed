import { createServer, type RequestListener } from 'node:http'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { readJpegHead } from '../../src/report/image/jpeg-head.ts'
import { loadPictures } from '../../src/report/image/load-pictures.ts'
import { prefetch } from '../../src/report/image/prefetch.ts'
import { makeThumbnail } from '../../src/report/image/thumbnail.ts'

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
    const pictures = await collect(loadPictures(paths, fetchFrom(base), { ...size, timeoutMs: 2_000 }))
    expect(pictures.map(({ item }) => item)).toEqual(paths)
    const came = pictures.filter(({ picture }) => picture !== undefined)
    expect(came.map(({ item }) => item)).toEqual(['/a', '/b', '/c'])
    const failed = pictures.filter(({ failure }) => failure !== undefined)
    expect(failed.map(({ item }) => item)).toEqual(['/slow', '/missing', '/lying', '/cut', '/hangup'])
    const { width, height, format } = await sharp(came[0]?.picture?.jpeg).metadata()
    expect({ width, height, format }).toEqual({ width: 225, height: 180, format: 'jpeg' })
    expect(came[0]?.picture).toMatchObject({ width, height })
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
    expect(String(pictures.at(-1)?.failure)).toContain('10 pictures in a row could not be fetched')
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
    expect(pictures).toEqual([
      { item: 'a', picture: undefined, failure: expect.objectContaining({ name: 'TimeoutError' }) },
    ])
  })
})

describe('a thumbnail', () => {
  let jpeg: Buffer
  beforeAll(async () => {
    jpeg = await photoOf(480, 270).jpeg().toBuffer()
  })

  test('that is a small plain JPEG is printed as it is', async () => {
    const picture = await makeThumbnail(jpeg, size)
    expect(picture).toMatchObject({ width: 480, height: 270 })
    expect(picture?.jpeg.equals(jpeg)).toBe(true)
  })

  test.each([
    ['that is larger than it is printed', () => photoOf(1280, 720).jpeg()],
    [
      'that a camera has written things into',
      () =>
        photoOf(480, 270)
          .withExif({ IFD0: { Copyright: 'x' } })
          .jpeg(),
    ],
    ['with colours of its own', () => photoOf(480, 270).withIccProfile('p3').jpeg()],
    ['in four inks', () => photoOf(480, 270).toColorspace('cmyk').jpeg()],
    ['of another kind', () => photoOf(480, 270).png()],
  ])('%s is made a small plain JPEG', async (_, make) => {
    const picture = await makeThumbnail(await make().toBuffer(), size)
    expect(picture).toMatchObject({ width: 320, height: 180 })
    expect(readJpegHead(picture?.jpeg ?? Buffer.alloc(0))).toEqual({ width: 320, height: 180, isPlain: true })
  })

  test('that lies on its side is turned upright', async () => {
    const lying = await photoOf(270, 480).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    expect(await makeThumbnail(lying, size)).toMatchObject({ width: 320, height: 180 })
  })

  test('that was cut off on its way is none', async () => {
    expect(await makeThumbnail(jpeg.subarray(0, jpeg.length / 2), size)).toBeUndefined()
  })

  test('of any bytes is a picture or none, never an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: jpeg.length - 1 }), fc.nat({ max: 255 }), async (at, byte) => {
        const bytes = Uint8Array.from(jpeg)
        bytes[at % 700] = byte // in the head, where it says what it is
        const picture = await makeThumbnail(bytes, size)
        if (picture) expect(picture.width * picture.height).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })
})

function photoOf(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#3a6' } })
}

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
