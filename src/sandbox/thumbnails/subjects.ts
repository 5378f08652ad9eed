import type { Palette } from './palettes.ts'
import { boat, circle, path, rect, tower } from './shapes.ts'

/** A thing on a stage, drawn around (240, 200), which is the floor. */
export type Subject = (palette: Palette) => string

const bust =
  (hat: boolean): Subject =>
  (palette) =>
    path('M150 214 Q158 142 240 138 Q322 142 330 214 Z', '#31455e') +
    path('M222 150 L240 182 L258 150 Z', palette.paper) +
    rect(226, 118, 28, 34, '#c98f6c') +
    circle(240, 96, 38, '#d9a27c') +
    (hat
      ? path('M204 86 Q240 40 276 86 L292 92 L188 92 Z', '#22304a') +
        path('M206 108 Q240 150 274 108 Q262 134 240 136 Q218 134 206 108 Z', '#ece6da')
      : path(
          'M202 100 Q198 50 240 52 Q284 50 278 100 Q284 150 268 150 Q274 110 258 84 Q228 92 212 84 Q204 112 212 150 Q196 150 202 100 Z',
          '#8c3f2a',
        ))

const gull: Subject = (palette) =>
  path('M240 150 Q180 70 84 92 Q160 104 196 164 Z', palette.paper) +
  path('M240 150 Q300 70 396 92 Q320 104 284 164 Z', '#d6dbe0') +
  path('M196 150 Q240 120 300 146 Q322 150 326 160 Q280 190 214 180 Q190 170 196 150 Z', '#ffffff') +
  path('M322 152 l26 8 l-25 7 Z', '#e9a23b') +
  circle(308, 152, 3, '#1c2430')

const dog: Subject = () =>
  path(
    'M164 204 Q160 150 200 146 L262 146 Q276 118 300 116 Q330 118 336 140 L350 148 Q348 162 322 162 Q306 166 300 178 L302 206 L284 206 L280 178 L212 178 L206 206 L188 206 L188 182 Z',
    '#6b5138',
  ) +
  path('M296 118 Q282 120 284 150 Q298 150 304 130 Z', '#4a3726') +
  circle(320, 136, 3, '#14100c') +
  path('M166 168 Q140 150 148 120', 'none', 'stroke="#6b5138" stroke-width="9" stroke-linecap="round"')

const rowboat: Subject = (palette) => boat(240, 190, 96, { ...palette, near: '#6e4630' }, true)
const trawler: Subject = (palette) => boat(240, 186, 92, { ...palette, near: '#2d4a66' }, false)

const lamp: Subject = (palette) =>
  circle(240, 130, 120, 'url(#halo)') +
  rect(200, 192, 80, 14, '#7c5a2e') +
  rect(214, 96, 52, 96, palette.glow, 'opacity="0.85" rx="8"') +
  path('M240 118 q18 34 0 58 q-18 -24 0 -58 Z', '#ffffff') +
  path('M204 96 L276 96 L258 72 L222 72 Z', '#7c5a2e') +
  `<path d="M214 72 Q240 26 266 72" fill="none" stroke="#7c5a2e" stroke-width="5"/>`

const telescope: Subject = () =>
  `<g transform="rotate(-20 240 130)">${rect(128, 112, 92, 44, '#b07a34', 'rx="4"')}${rect(216, 118, 76, 32, '#8f5f26', 'rx="3"')}${rect(288, 123, 62, 22, '#6f4719', 'rx="3"')}${rect(120, 108, 14, 52, '#d9a95a', 'rx="3"')}</g>` +
  path('M240 150 L206 208 L214 208 L242 160 L270 208 L278 208 Z', '#3d3026')

const book: Subject = (palette) =>
  path('M112 190 L240 172 L240 92 Q176 78 112 104 Z', palette.paper) +
  path('M368 190 L240 172 L240 92 Q304 78 368 104 Z', '#e9dcc0') +
  path('M112 190 L240 172 L368 190 L368 200 L240 184 L112 200 Z', '#7a3430') +
  [112, 126, 140, 154]
    .map(
      (y) =>
        `<path d="M132 ${y} Q182 ${y - 14} 226 ${y - 6} M254 ${y - 6} Q300 ${y - 14} 348 ${y}" fill="none" stroke="#8a7a66" stroke-width="2" opacity="0.6"/>`,
    )
    .join('')

const lens: Subject = (palette) =>
  circle(240, 124, 130, 'url(#halo)') +
  [6, 5, 4, 3, 2, 1]
    .map(
      (ring) =>
        `<ellipse cx="240" cy="124" rx="${ring * 11}" ry="${ring * 14}" fill="${ring % 2 ? palette.paper : palette.glow}" opacity="0.42" stroke="#ffffff" stroke-width="1"/>`,
    )
    .join('') +
  rect(166, 204, 148, 10, '#8a6a38') +
  rect(170, 38, 140, 8, '#8a6a38') +
  rect(166, 38, 8, 170, '#8a6a38') +
  rect(306, 38, 8, 170, '#8a6a38')

const lighthouse: Subject = (palette) =>
  path('M96 214 Q150 176 240 186 Q330 172 388 214 Z', palette.near) + tower(240, 194, 170, palette)

const headland: Subject = (palette) =>
  path('M70 210 L120 132 L170 118 L214 96 L262 104 L300 92 L342 140 L410 210 Z', palette.mid) +
  path('M214 96 L262 104 L300 92 L316 112 L252 124 L190 112 Z', '#7f9a62') +
  path('M120 132 L170 118 L190 210 L70 210 Z', palette.near, 'opacity="0.4"') +
  tower(256, 104, 54, palette)

const kitchen: Subject = (palette) =>
  path('M110 206 L110 96 L240 52 L370 96 L370 206 Z', palette.far) +
  path('M240 52 L370 96 L370 206 L240 206 Z', palette.mid) +
  rect(140, 122, 56, 44, palette.glow) +
  rect(166, 122, 4, 44, palette.near) +
  rect(286, 140, 40, 66, palette.near) +
  rect(314, 44, 20, 42, palette.near)

const subjects: Readonly<Record<string, Subject>> = {
  keeper: bust(true),
  girl: bust(false),
  gull,
  dog,
  rowboat,
  trawler,
  lamp,
  telescope,
  book,
  lens,
  lighthouse,
  headland,
  kitchen,
}

/** How a subject looks; one that is not known is a lighthouse. */
export function drawSubject(name: string, palette: Palette): string {
  return (subjects[name] ?? lighthouse)(palette)
}

/** A face without features, in a person's own colours. */
export function drawPerson(skin: string, hair: string, shirt: string, style: number): string {
  const hairShapes = [
    `M196 118 Q190 58 240 56 Q290 58 284 118 Q276 88 256 84 Q222 92 208 88 Q198 98 196 118 Z`,
    `M192 168 Q184 56 240 54 Q296 56 288 168 Q272 168 274 104 Q240 88 206 104 Q208 168 192 168 Z`,
    `M198 104 Q196 60 240 58 Q286 60 282 104 Q270 78 240 80 Q210 78 198 104 Z`,
    `M204 96 Q186 60 224 54 Q240 34 262 54 Q296 60 278 98 Q268 80 240 82 Q214 80 204 96 Z`,
  ]
  return (
    path('M120 270 Q128 186 240 182 Q352 186 360 270 Z', shirt) +
    rect(222, 150, 36, 46, skin, 'rx="16"') +
    circle(240, 118, 46, skin) +
    path(`M222 164 Q240 178 258 164 L258 172 Q240 190 222 172 Z`, '#000000', 'opacity="0.12"') +
    path(hairShapes[style % hairShapes.length] ?? '', hair)
  )
}
