import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const templates = join(import.meta.dirname, '../../templates')
const filesOf = (ending: string) =>
  readdirSync(templates, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(ending))
const read = (file: string) => readFileSync(join(templates, file), 'utf8')

describe('words for people stand in src/words.ts', () => {
  test.each(filesOf('.eta'))('none stands in templates/%s', (file) => {
    expect(wordsIn(read(file))).toEqual([])
  })

  test.each(filesOf('.js'))('none is set by templates/%s', (file) => {
    const set =
      /(?:\b(?:textContent|innerText|title|ariaLabel|placeholder)\s*=|alert\(|confirm\()\s*(['"`][^'"`]*\p{L}[^'"`]*['"`])/gu
    expect([...withoutValues(read(file)).matchAll(set)].map(([, text]) => text)).toEqual([])
  })

  test.each([
    ['a text', '<p>Hello</p>'],
    ['a text beside a value', '<p><%= it.count %> files</p>'],
    ['a text in a value', "<p><%= it.good ? 'Yes' : '' %></p>"],
    ['a text in a template literal', `<p><%= \`\${it.count} files\` %></p>`],
    ['an attribute', '<img alt="A picture">'],
    ['an attribute that a value makes', "<a title=\"<%= it.late ? 'Too late' : '' %>\">"],
    ['a text between tags of code', '<% if (it.a) { %>Yes<% } %>'],
  ])('%s would be found', (_what, template) => {
    expect(wordsIn(template)).not.toEqual([])
  })

  test.each([
    ['values', '<p><%= it.t.name %> · <%= it.t[`x`] %></p>'],
    ['code', "<% const icons = { a: 'clock' } %><%~ include('/badge', { status: 'failed' }) %>"],
    ['attributes for machines', '<a class="button <%= it.bad ? \'bad\' : \'\' %>" href="/runs" rel="noopener">→</a>'],
    ['entities and letters of keys', '<p>&nbsp;·</p>'],
  ])('%s are none', (_what, template) => {
    expect(wordsIn(template)).toEqual([])
  })
})

/** What people would read in a template that did not come out of the catalogue: texts, and attributes that are shown or spoken. */
function wordsIn(template: string): string[] {
  const codes: string[] = []
  const html = template
    .replace(/<%([=~]?)[-_]?([\s\S]*?)[-_]?%>/g, (_tag, kind: string, code: string) => {
      codes.push(kind === '=' ? code : '')
      return `\uE001${codes.length - 1}\uE002`
    })
    .replace(/<!--[\s\S]*?-->|<!doctype[^>]*>/gi, '')
  const shown: string[] = []
  // A tag ends at the first > outside of its quoted values.
  const texts = html.replace(/<\/?[a-z][^\s>]*((?:\s+|[^\s"'>]+|"[^"]*"|'[^']*')*)>/gi, (_tag, attributes: string) => {
    for (const [, value] of attributes.matchAll(
      /\b(?:title|aria-label|aria-description|placeholder|alt|label)="([^"]*)"/g,
    ))
      shown.push(value ?? '')
    return '\uE003'
  })
  shown.push(...texts.split('\uE003'))
  return shown.flatMap((text) => {
    const code = [...text.matchAll(/\uE001(\d+)\uE002/g)].map(([, at]) => codes[Number(at)] ?? '')
    const plain = text.replace(/\uE001\d+\uE002/g, ' ').replace(/&\w+;/g, ' ')
    return [...(/\p{L}/u.test(plain) ? [plain.trim()] : []), ...code.flatMap(literalsIn)]
  })
}

/** Texts that a piece of code prints: its literals, apart from keys in square brackets and what is only compared. */
function literalsIn(code: string): string[] {
  const printed = code.replace(/\[\s*(['"`])[\w-]*\1\s*\]/g, '').replace(/[=!]==?\s*(['"])[^'"]*\1/g, '')
  return [...printed.matchAll(/'([^']*)'|"([^"]*)"|`([^`]*)`/g)]
    .map(([, single, double, template]) => single ?? double ?? withoutValues(template ?? ''))
    .filter((text) => /\p{L}/u.test(text))
}

function withoutValues(template: string): string {
  return template.replace(/\$\{[^}]*\}/g, '')
}
