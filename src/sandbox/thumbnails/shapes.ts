import type { Random } from '../random.ts'
import type { Palette } from './palettes.ts'

export const width = 480
export const height = 270

export function gradient(id: string, stops: readonly string[], vertical = true): string {
  const at = (index: number) => Math.round((index / Math.max(1, stops.length - 1)) * 100)
  const inner = stops.map((color, index) => `<stop offset="${at(index)}%" stop-color="${color}"/>`).join('')
  return `<linearGradient id="${id}" x1="0" y1="0" x2="${vertical ? 0 : 1}" y2="${vertical ? 1 : 0}">${inner}</linearGradient>`
}

/** A light that fades out from its middle. */
export function halo(id: string, color: string, strength = 0.9): string {
  return `<radialGradient id="${id}"><stop offset="0%" stop-color="${color}" stop-opacity="${strength}"/><stop offset="45%" stop-color="${color}" stop-opacity="${strength * 0.28}"/><stop offset="100%" stop-color="${color}" stop-opacity="0"/></radialGradient>`
}

export function rect(x: number, y: number, w: number, h: number, fill: string, more = ''): string {
  return `<rect x="${f(x)}" y="${f(y)}" width="${f(w)}" height="${f(h)}" fill="${fill}" ${more}/>`
}

export function circle(x: number, y: number, r: number, fill: string, more = ''): string {
  return `<circle cx="${f(x)}" cy="${f(y)}" r="${f(r)}" fill="${fill}" ${more}/>`
}

export function path(d: string, fill: string, more = ''): string {
  return `<path d="${d}" fill="${fill}" ${more}/>`
}

export function f(value: number): string {
  return value.toFixed(1)
}

/** A soft hilly edge from left to right, filled down to the bottom. */
export function ridge(random: Random, y: number, rise: number, fill: string, more = ''): string {
  const steps = 6
  const points = Array.from({ length: steps + 1 }, (_, index) => ({
    x: (index / steps) * width,
    y: y + random.between(-rise, rise),
  }))
  return path(`${smooth(points)} L${width} ${height} L0 ${height} Z`, fill, more)
}

/** A curve through points. */
export function smooth(points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  let previous = first
  let d = `M${f(first.x)} ${f(first.y)}`
  for (const next of rest) {
    const middle = (previous.x + next.x) / 2
    d += ` C${f(middle)} ${f(previous.y)} ${f(middle)} ${f(next.y)} ${f(next.x)} ${f(next.y)}`
    previous = next
  }
  return d
}

/** Rows of crests, larger towards the viewer. */
export function waves(random: Random, top: number, palette: Palette, count = 6, wildness = 1): string {
  let out = ''
  for (let row = 0; row < count; row++) {
    const depth = row / count
    const y = top + depth ** 1.4 * (height - top)
    const length = 34 + depth * 110
    const crest = (3 + depth * 16) * wildness
    const shift = random.between(0, length)
    let d = `M${-length} ${height}`
    for (let x = -shift - length; x < width + length; x += length) {
      d += ` L${f(x)} ${f(y + crest)} Q${f(x + length * 0.62)} ${f(y + crest)} ${f(x + length * 0.7)} ${f(y - crest * 0.6)} Q${f(x + length * 0.78)} ${f(y + crest * 0.7)} ${f(x + length)} ${f(y + crest)}`
    }
    out += path(
      `${d} L${width + length} ${height} Z`,
      row % 2 === 0 ? palette.sea[1] : palette.mid,
      `opacity="${f(0.35 + depth * 0.6)}"`,
    )
  }
  return out
}

/** A lighthouse standing on (x, y), `size` high, with its light on. */
export function tower(x: number, y: number, size: number, palette: Palette, stripes = true): string {
  const bottom = size * 0.13
  const top = size * 0.08
  const body = size * 0.76
  const lampY = y - body - size * 0.09
  const wall = `M${f(x - bottom)} ${f(y)} L${f(x - top)} ${f(y - body)} L${f(x + top)} ${f(y - body)} L${f(x + bottom)} ${f(y)} Z`
  let out = path(wall, palette.paper)
  if (stripes) {
    for (const [from, to] of [
      [0.12, 0.3],
      [0.5, 0.68],
    ] as const) {
      const at = (part: number) => bottom + (top - bottom) * part
      out += path(
        `M${f(x - at(from))} ${f(y - body * from)} L${f(x - at(to))} ${f(y - body * to)} L${f(x + at(to))} ${f(y - body * to)} L${f(x + at(from))} ${f(y - body * from)} Z`,
        '#b5423c',
      )
    }
  }
  out += path(
    `M${f(x)} ${f(y)} L${f(x)} ${f(y - body)} L${f(x + top)} ${f(y - body)} L${f(x + bottom)} ${f(y)} Z`,
    palette.near,
    'opacity="0.38"',
  )
  out += rect(x - top * 1.5, y - body - size * 0.025, top * 3, size * 0.03, palette.near)
  out += rect(x - top * 0.85, y - body - size * 0.15, top * 1.7, size * 0.13, palette.glow)
  out += rect(x - top * 0.1, y - body - size * 0.15, top * 0.2, size * 0.13, palette.near)
  out += path(
    `M${f(x - top * 1.15)} ${f(y - body - size * 0.145)} Q${f(x)} ${f(y - body - size * 0.27)} ${f(x + top * 1.15)} ${f(y - body - size * 0.145)} Z`,
    palette.near,
  )
  return out + circle(x, lampY, size * 0.34, 'url(#halo)')
}

/** The beam of a lighthouse, from its lamp to the edge of the picture. */
export function beam(x: number, y: number, angle: number, spread: number): string {
  const reach = 620
  const edge = (turn: number) => `${f(x + Math.cos(angle + turn) * reach)} ${f(y + Math.sin(angle + turn) * reach)}`
  return path(`M${f(x)} ${f(y)} L${edge(-spread)} L${edge(spread)} Z`, 'url(#beam)')
}

/** A small boat under sail or not, its waterline at (x, y). */
export function boat(x: number, y: number, size: number, palette: Palette, sail: boolean): string {
  const hull = `M${f(x - size)} ${f(y - size * 0.28)} Q${f(x)} ${f(y + size * 0.42)} ${f(x + size)} ${f(y - size * 0.34)} Z`
  if (!sail) {
    return (
      path(hull, palette.near) +
      rect(x - size * 0.3, y - size * 0.75, size * 0.5, size * 0.5, palette.paper) +
      rect(x - size * 0.04, y - size * 1.3, size * 0.06, size * 0.7, palette.near) +
      circle(x, y - size * 1.3, size * 0.9, 'url(#halo)')
    )
  }
  return (
    path(
      `M${f(x)} ${f(y - size * 2.1)} L${f(x)} ${f(y - size * 0.35)} L${f(x + size * 0.95)} ${f(y - size * 0.4)} Q${f(x + size * 0.7)} ${f(y - size * 1.4)} ${f(x)} ${f(y - size * 2.1)} Z`,
      palette.paper,
    ) +
    path(
      `M${f(x - size * 0.06)} ${f(y - size * 1.8)} L${f(x - size * 0.06)} ${f(y - size * 0.35)} L${f(x - size * 0.7)} ${f(y - size * 0.38)} Z`,
      palette.paper,
      'opacity="0.75"',
    ) +
    path(hull, palette.near)
  )
}

/** Gulls: a few strokes in the air. */
export function gulls(random: Random, count: number, color: string, top = 50, bottom = 130): string {
  let d = ''
  for (let index = 0; index < count; index++) {
    const x = random.between(60, 420)
    const y = random.between(top, bottom)
    const s = random.between(4, 9)
    d += `M${f(x - s)} ${f(y)} Q${f(x - s / 2)} ${f(y - s * 0.7)} ${f(x)} ${f(y)} Q${f(x + s / 2)} ${f(y - s * 0.7)} ${f(x + s)} ${f(y)} `
  }
  return `<path d="${d}" fill="none" stroke="${color}" stroke-width="1.6" stroke-linecap="round"/>`
}

/** Long flat clouds. */
export function clouds(random: Random, color: string, count: number, opacity = 0.25, from = 30, to = 130): string {
  let out = ''
  for (let index = 0; index < count; index++) {
    const x = random.between(-40, 440)
    const y = random.between(from, to)
    const w = random.between(90, 260)
    const h = random.between(5, 15)
    out += rect(x, y, w, h, color, `rx="${f(h / 2)}" opacity="${f(opacity)}"`)
    out += rect(x + w * 0.2, y - h * 0.7, w * 0.45, h, color, `rx="${f(h / 2)}" opacity="${f(opacity)}"`)
  }
  return out
}

export function stars(random: Random, count: number, bottom: number): string {
  let out = ''
  for (let index = 0; index < count; index++) {
    out += circle(
      random.between(0, width),
      random.between(0, bottom),
      random.between(0.4, 1.2),
      '#ffffff',
      `opacity="${f(random.between(0.3, 0.9))}"`,
    )
  }
  return out
}

/** Angular rocks along the bottom. */
export function rocks(random: Random, y: number, color: string, from = 0, to = width): string {
  let out = ''
  for (let x = from; x < to; x += random.between(34, 70)) {
    const w = random.between(46, 110)
    const h = random.between(14, 54)
    out += path(
      `M${f(x)} ${height} L${f(x + w * 0.12)} ${f(y - h * 0.55)} L${f(x + w * 0.42)} ${f(y - h)} L${f(x + w * 0.7)} ${f(y - h * 0.6)} L${f(x + w)} ${height} Z`,
      color,
    )
  }
  return out
}

/** Rain as thin slanting strokes. */
export function rain(random: Random, color: string, count = 70): string {
  let d = ''
  for (let index = 0; index < count; index++) {
    const x = random.between(0, width + 40)
    const y = random.between(0, height)
    const length = random.between(8, 22)
    d += `M${f(x)} ${f(y)} l${f(-length * 0.35)} ${f(length)} `
  }
  return `<path d="${d}" fill="none" stroke="${color}" stroke-width="0.8" opacity="0.35"/>`
}
