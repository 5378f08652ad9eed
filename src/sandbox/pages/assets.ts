import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const require = createRequire(import.meta.url)
const publicFolder = fileURLToPath(new URL('public/', import.meta.url))
/** Inter, and Noto for what people here write besides; browsers fetch only the pieces that a page shows. */
const fonts = ['inter', 'noto-sans-jp', 'noto-sans-kr', 'noto-sans-sc']
/** The same for other scripts, each in one piece: `public/fonts.css` says for which letters. */
const scriptFonts = ['noto-emoji', 'noto-sans-arabic', 'noto-sans-devanagari', 'noto-sans-hebrew', 'noto-sans-thai']
const iconFolder = path.join(path.dirname(require.resolve('lucide-static/package.json')), 'icons')

const iconNames = [
  'arrow-down',
  'arrow-down-up',
  'arrow-up',
  'check',
  'chevron-down',
  'chevron-left',
  'chevron-right',
  'circle-dot',
  'columns-3',
  'ellipsis',
  'external-link',
  'file-spreadsheet',
  'film',
  'folder',
  'group',
  'image',
  'layout-grid',
  'list',
  'log-in',
  'message-square-plus',
  'mouse-pointer-click',
  'plus',
  'search',
  'trash-2',
  'user-round',
  'x',
  'zap',
]

/** Scripts, styles, the font and the icons, under `/assets/pages/`. */
export async function assets(app: FastifyInstance): Promise<void> {
  const shared = { decorateReply: false } as const
  await app.register(fastifyStatic, { ...shared, root: publicFolder, prefix: '/assets/pages/', allowedPath: isAsset })
  for (const font of fonts) {
    const root = path.dirname(require.resolve(`@fontsource-variable/${font}/package.json`))
    const allowedPath = (file: string) => /^\/(index\.css|files\/[\w-]+\.woff2)$/.test(file)
    await app.register(fastifyStatic, { ...shared, root, prefix: `/assets/fonts/${font}/`, allowedPath, maxAge: '1d' })
  }
  for (const font of scriptFonts) {
    const root = path.dirname(require.resolve(`@expo-google-fonts/${font}/package.json`))
    const allowedPath = (file: string) => /^\/\w+\/\w+\.ttf$/.test(file)
    await app.register(fastifyStatic, { ...shared, root, prefix: `/assets/fonts/${font}/`, allowedPath, maxAge: '1d' })
  }
  const sprite = await buildSprite()
  const etag = `"${createHash('sha256').update(sprite).digest('base64url').slice(0, 22)}"`
  app.get('/assets/pages/icons.svg', (request, reply) => {
    reply.headers({ etag, 'cache-control': 'public, max-age=300' }) // a menu draws its icons at once
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    return reply.type('image/svg+xml').send(sprite)
  })
}

/** The declarations beside a script are for the compiler. */
function isAsset(file: string): boolean {
  return /\.(js|css)$/.test(file)
}

/** One SVG with a symbol for each icon, for `<use href="/assets/pages/icons.svg#name">`. */
async function buildSprite(): Promise<string> {
  const symbols = await Promise.all(
    iconNames.map(async (name) => {
      const svg = await readFile(path.join(iconFolder, `${name}.svg`), 'utf8')
      const shapes = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
      return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shapes.trim()}</symbol>`
    }),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`
}
