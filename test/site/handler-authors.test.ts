import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as amiable from 'amiable'
import { expect, test } from 'vitest'
import * as errors from '../../src/site/errors/index.ts'
import { isLink, isLinkList } from '../../src/site/index.ts'

test('handler authors get every error class and what narrows a value, the very same as the client uses', () => {
  expect(amiable).toMatchObject({ ...errors, isLink, isLinkList })
})

test('to import "amiable" loads neither pdfkit nor sharp, undici or a font', async () => {
  const script = `
    import { registerHooks } from 'node:module'
    const packages = new Set()
    registerHooks({
      resolve(specifier, context, next) {
        const resolved = next(specifier, context)
        const name = /\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(resolved.url)?.[1]
        if (name) packages.add(name)
        return resolved
      },
    })
    await import('amiable')
    console.log([...packages].join(' '))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(stdout.trim().split(' ').filter(Boolean)).toEqual([])
})
