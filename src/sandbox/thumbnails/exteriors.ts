import type { Random } from '../random.ts'
import type { Palette } from './palettes.ts'
import {
  beam,
  boat,
  circle,
  clouds,
  f,
  gulls,
  height,
  path,
  rain,
  rect,
  ridge,
  rocks,
  smooth,
  stars,
  tower,
  waves,
  width,
} from './shapes.ts'

/** One way to compose a picture. `wild` is bad weather. */
export type Composition = (random: Random, palette: Palette, wild: boolean) => string

const headland: Composition = (random, palette, wild) => {
  const side = random.chance(0.5) ? 1 : -1
  const x = 240 + side * random.between(70, 140)
  const ground = random.between(150, 176)
  const lampY = ground - 88
  const edge = side > 0 ? width : 0
  const cliff = `M${f(x - side * 150)} ${height} Q${f(x - side * 96)} ${f(ground + 26)} ${f(x - side * 44)} ${f(ground)} L${f(x + side * 60)} ${f(ground - 4)} Q${edge} ${f(ground - 10)} ${edge} ${f(ground + 30)} L${edge} ${height} Z`
  return (
    sky(random, palette, wild, 240 - side * 110, 140) +
    sea(palette, 178) +
    ridge(random, 172, 5, palette.far, 'opacity="0.55"') +
    waves(random, 186, palette, 5, wild ? 1.3 : 0.6) +
    beam(x, lampY, side > 0 ? Math.PI + 0.12 : -0.12, 0.1) +
    path(cliff, palette.near) +
    tower(x, ground + 3, 110, palette) +
    (wild ? rain(random, palette.paper) : gulls(random, 4, palette.near))
  )
}

const towerFromBelow: Composition = (random, palette, wild) => {
  const x = random.between(190, 320)
  return (
    sky(random, palette, wild, x - 130, 90) +
    clouds(random, palette.paper, 5, 0.16, 20, 200) +
    beam(x, 62, random.between(-0.5, 0.1), 0.13) +
    beam(x, 62, Math.PI + random.between(-0.1, 0.4), 0.13) +
    tower(x, 300, 300, palette) +
    rocks(random, 250, palette.near) +
    gulls(random, wild ? 0 : 5, palette.paper, 60, 180) +
    (wild ? rain(random, palette.paper, 90) : '')
  )
}

const openSea: Composition = (random, palette, wild) => {
  const horizon = random.between(118, 150)
  const x = random.between(150, 330)
  return (
    sky(random, palette, wild, random.between(110, 370), horizon - 28) +
    sea(palette, horizon) +
    reflection(random, palette, horizon) +
    waves(random, horizon + 14, palette, 4, wild ? 1.6 : 0.6) +
    boat(x, horizon + 62, random.between(24, 34), palette, !wild) +
    waves(random, horizon + 66, palette, 3, wild ? 1.9 : 0.8) +
    (wild ? rain(random, palette.paper, 110) : gulls(random, 3, palette.near))
  )
}

const fogAndRocks: Composition = (random, palette, wild) => {
  const x = random.between(110, 370)
  let out = sky(random, palette, false, x + 60, 120) + tower(x, 176, 74, palette, false)
  for (let layer = 0; layer < 4; layer++) {
    out += ridge(random, 160 + layer * 20, 10, palette.far, `opacity="${f(0.28 + layer * 0.1)}"`)
    out += rect(0, 158 + layer * 22, width, 26, palette.paper, `opacity="${f(0.1)}"`)
  }
  return (
    out + rocks(random, 236, palette.mid) + rocks(random, 262, palette.near) + (wild ? rain(random, palette.paper) : '')
  )
}

const islands: Composition = (random, palette, wild) => {
  const x = random.between(150, 330)
  let out = sky(random, palette, wild, x + random.between(-30, 30), 116) + sea(palette, 140)
  const island = (cx: number, y: number, w: number, h: number, color: string) =>
    path(
      `${smooth([
        { x: cx - w, y },
        { x: cx - w * 0.45, y: y - h * 0.7 },
        { x: cx, y: y - h },
        { x: cx + w * 0.5, y: y - h * 0.5 },
        { x: cx + w, y },
      ])} Z`,
      color,
    )
  out += island(x - 190, 142, 120, 34, palette.far) + island(x + 210, 142, 150, 46, palette.far)
  out += reflection(random, palette, 142)
  out += island(x, 178, 150, 44, palette.mid) + tower(x + 8, 138, 66, palette)
  return out + waves(random, 176, palette, 5, wild ? 1.2 : 0.5) + (wild ? rain(random, palette.paper) : '')
}

const beach: Composition = (random, palette, wild) => {
  const x = random.between(150, 340)
  return (
    sky(random, palette, wild, 480 - x, 110) +
    sea(palette, 150) +
    reflection(random, palette, 150) +
    ridge(random, 150, 3, palette.far, 'opacity="0.35"') +
    path(
      `${smooth([
        { x: 0, y: 196 },
        { x: 120, y: 214 },
        { x: 260, y: 196 },
        { x: 480, y: 222 },
      ])} L480 270 L0 270 Z`,
      palette.paper,
      'opacity="0.55"',
    ) +
    path(
      `${smooth([
        { x: 0, y: 206 },
        { x: 150, y: 224 },
        { x: 300, y: 208 },
        { x: 480, y: 234 },
      ])} L480 270 L0 270 Z`,
      palette.mid,
    ) +
    `<g transform="rotate(${f(random.between(-9, 9))} ${f(x)} 230)">${boat(x, 232, 40, palette, false)}</g>` +
    figure(x + (x > 240 ? -90 : 90), 236, 44, palette.near) +
    gulls(random, 4, palette.near)
  )
}

const wave: Composition = (random, palette, wild) => {
  const flip = random.chance(0.5) ? '' : `transform="translate(${width} 0) scale(-1 1)"`
  const lift = random.between(-12, 14)
  const curl = `M0 ${height} L0 ${f(190 + lift)} C90 ${f(180 + lift)} 150 ${f(150 + lift)} 200 ${f(90 + lift)} C236 ${f(44 + lift)} 320 ${f(30 + lift)} 366 ${f(78 + lift)} C330 ${f(66 + lift)} 296 ${f(88 + lift)} 300 ${f(128 + lift)} C306 ${f(178 + lift)} 380 ${f(204 + lift)} 480 ${f(206 + lift)} L480 ${height} Z`
  return (
    sky(random, palette, wild, 390, 100) +
    sea(palette, 176) +
    boat(404, 196 + lift, 17, palette, true) +
    `<g ${flip}>` +
    path(curl, palette.sea[1]) +
    path(curl, palette.sea[0], 'opacity="0.55" transform="translate(-46 26)"') +
    path(curl, palette.near, 'opacity="0.55" transform="translate(-110 62)"') +
    `<path d="M200 ${f(90 + lift)} C236 ${f(44 + lift)} 320 ${f(30 + lift)} 366 ${f(78 + lift)}" fill="none" stroke="${palette.paper}" stroke-width="5" stroke-linecap="round"/>` +
    foam(random, palette, lift) +
    '</g>' +
    (wild ? rain(random, palette.paper, 60) : '')
  )
}

export const exteriors: readonly [Composition, ...Composition[]] = [
  headland,
  openSea,
  towerFromBelow,
  islands,
  wave,
  beach,
  fogAndRocks,
]

function sky(random: Random, palette: Palette, wild: boolean, x: number, y: number): string {
  const size = random.between(15, 34)
  return (
    rect(0, 0, width, height, 'url(#sky)') +
    (wild ? '' : stars(random, 26, 90)) +
    circle(x, y, size * 4.2, 'url(#halo)') +
    circle(x, y, size, palette.sun) +
    clouds(random, wild ? palette.near : palette.paper, wild ? 9 : 4, wild ? 0.34 : 0.2)
  )
}

function sea(palette: Palette, horizon: number): string {
  return (
    rect(0, horizon, width, height - horizon, 'url(#sea)') +
    rect(0, horizon, width, 1.2, palette.paper, 'opacity="0.35"')
  )
}

function reflection(random: Random, palette: Palette, horizon: number): string {
  let out = ''
  for (let y = horizon + 5; y < horizon + 70; y += 7) {
    const w = random.between(18, 90)
    out += rect(random.between(130, 350) - w / 2, y, w, 1.8, palette.sun, 'rx="0.9" opacity="0.4"')
  }
  return out
}

function foam(random: Random, palette: Palette, lift: number): string {
  let out = ''
  for (let index = 0; index < 26; index++) {
    out += circle(
      random.between(240, 390),
      72 + lift + random.between(-34, 60),
      random.between(0.8, 3),
      palette.paper,
      'opacity="0.8"',
    )
  }
  return out
}

/** Somebody standing, seen from behind. */
export function figure(x: number, y: number, size: number, color: string): string {
  return (
    circle(x, y - size * 0.88, size * 0.11, color) +
    path(
      `M${f(x - size * 0.17)} ${f(y)} L${f(x - size * 0.14)} ${f(y - size * 0.66)} Q${f(x)} ${f(y - size * 0.86)} ${f(x + size * 0.14)} ${f(y - size * 0.66)} L${f(x + size * 0.17)} ${f(y)} Z`,
      color,
    )
  )
}
