import { type Composition, figure } from './exteriors.ts'
import type { Palette } from './palettes.ts'
import { circle, f, height, path, rect, width } from './shapes.ts'

const windowAndTable: Composition = (random, palette) => {
  const x = random.between(150, 270)
  const lampX = x > 210 ? x - 110 : x + 190
  return (
    room(palette) +
    view(x, 44, 96, 112, palette) +
    path(`M${f(x)} 156 L${f(x + 96)} 156 L${f(x + 170)} 270 L${f(x + 10)} 270 Z`, palette.glow, 'opacity="0.16"') +
    rect(40, 200, 400, 12, palette.near) +
    rect(64, 212, 12, 70, palette.near) +
    rect(404, 212, 12, 70, palette.near) +
    oilLamp(lampX, 200, 46, palette) +
    path(`M${f(x + 20)} 200 l34 -10 l30 10 Z`, palette.paper) +
    hanging(random.between(60, 420), palette)
  )
}

const lampRoom: Composition = (random, palette) => {
  const x = random.between(200, 280)
  let out = rect(0, 0, width, height, 'url(#sea)')
  out += circle(x, 118, 240, 'url(#halo)')
  for (let bar = -4; bar <= 4; bar++) {
    const top = x + bar * 62
    out += path(
      `M${f(top - 3)} 0 L${f(top + 3)} 0 L${f(x + bar * 76 + 4)} 270 L${f(x + bar * 76 - 4)} 270 Z`,
      palette.near,
    )
  }
  out += rect(0, 40, width, 5, palette.near) + rect(0, 190, width, 6, palette.near)
  for (let ring = 7; ring >= 1; ring--) {
    out += `<ellipse cx="${f(x)}" cy="122" rx="${f(ring * 8.4)}" ry="${f(ring * 11.6)}" fill="${ring % 2 ? palette.glow : palette.sky[2]}" opacity="${f(0.25 + (8 - ring) * 0.09)}"/>`
  }
  out += circle(x, 122, 9, '#ffffff')
  out +=
    rect(x - 52, 206, 104, 14, palette.mid) +
    path(`M${f(x - 36)} 220 L${f(x + 36)} 220 L${f(x + 52)} 270 L${f(x - 52)} 270 Z`, palette.near)
  return out + figure(x + (random.chance(0.5) ? 130 : -130), 262, 130, palette.near)
}

const spiralStairs: Composition = (random, palette) => {
  const x = random.between(210, 270)
  const turn = random.between(0, Math.PI)
  let out = rect(0, 0, width, height, palette.near)
  for (let ring = 9; ring >= 1; ring--) {
    const r = ring * 26
    out += circle(x, 128, r, ring % 2 ? palette.mid : palette.far, `opacity="${f(0.35 + (9 - ring) * 0.06)}"`)
  }
  for (let step = 0; step < 26; step++) {
    const a = turn + step * 0.42
    const r = 222 - step * 7.6
    const p = (angle: number, radius: number) =>
      `${f(x + Math.cos(angle) * radius)} ${f(128 + Math.sin(angle) * radius * 0.92)}`
    out += path(
      `M${p(a, r)} L${p(a + 0.34, r - 2)} L${p(a + 0.34, r * 0.7)} L${p(a, r * 0.7)} Z`,
      step % 2 ? palette.sky[1] : palette.sky[2],
      `opacity="${f(0.4 + step * 0.022)}"`,
    )
  }
  return out + circle(x, 128, 120, 'url(#halo)') + circle(x, 128, 17, palette.sun)
}

const porthole: Composition = (random, palette) => {
  const x = random.between(190, 290)
  const clip = 'clip-path="url(#round)"'
  return (
    room(palette) +
    `<clipPath id="round"><circle cx="${f(x)}" cy="124" r="82"/></clipPath>` +
    `<g ${clip}>${rect(0, 0, width, height, 'url(#sea)')}${circle(x + 30, 90, 80, 'url(#halo)')}${circle(x + 30, 90, 13, palette.sun)}` +
    `${path(`M0 150 Q${f(x - 60)} 128 ${f(x)} 150 T${f(x + 130)} 146 L480 270 L0 270 Z`, palette.sea[1])}${path(`M0 172 Q${f(x - 30)} 150 ${f(x + 20)} 172 T480 166 L480 270 L0 270 Z`, palette.near, 'opacity="0.6"')}</g>` +
    `<circle cx="${f(x)}" cy="124" r="86" fill="none" stroke="${palette.mid}" stroke-width="17"/>` +
    `<circle cx="${f(x)}" cy="124" r="79" fill="none" stroke="${palette.glow}" stroke-width="2" opacity="0.6"/>` +
    rivets(x, palette) +
    rect(0, 236, width, 40, palette.near) +
    oilLamp(x > 240 ? 74 : 408, 236, 60, palette)
  )
}

const doorway: Composition = (random, palette) => {
  const x = random.between(180, 300)
  return (
    rect(0, 0, width, height, palette.near) +
    path(`M${f(x - 52)} 236 L${f(x - 52)} 92 Q${f(x)} 28 ${f(x + 52)} 92 L${f(x + 52)} 236 Z`, 'url(#sky)') +
    circle(x, 130, 150, 'url(#halo)') +
    path(`M${f(x - 52)} 176 L${f(x + 52)} 176 L${f(x + 52)} 236 L${f(x - 52)} 236 Z`, 'url(#sea)') +
    path(
      `M${f(x - 52)} 236 L${f(x + 52)} 236 L${f(x + 150)} 270 L${f(x - 150)} 270 Z`,
      palette.sky[2],
      'opacity="0.5"',
    ) +
    figure(x + random.between(-22, 22), 238, 112, palette.near) +
    bricks(x, palette)
  )
}

const shelf: Composition = (random, palette) => {
  let out = room(palette)
  for (const y of [92, 166, 240]) {
    let x = random.between(20, 60)
    while (x < 440) {
      const w = random.between(9, 24)
      const h = random.between(26, 54)
      const color = random.pick([palette.far, palette.mid, palette.paper, palette.sky[2], '#8c3a34', '#2f5560'])
      if (random.chance(0.84))
        out +=
          rect(x, y - h, w - 1.5, h, color, 'rx="1"') +
          rect(x + 2, y - h * 0.8, w - 5.5, 2, palette.glow, 'opacity="0.55"')
      x += w + (random.chance(0.1) ? 30 : 0)
    }
    out += rect(0, y, width, 8, palette.near)
  }
  const lampX = random.between(120, 360)
  return out + oilLamp(lampX, 166, 50, palette) + circle(lampX, 130, 150, 'url(#halo)')
}

export const interiors: readonly [Composition, ...Composition[]] = [
  windowAndTable,
  lampRoom,
  spiralStairs,
  porthole,
  doorway,
  shelf,
]

function room(palette: Palette): string {
  return (
    rect(0, 0, width, height, 'url(#wall)') +
    path(`M0 0 L70 26 L70 222 L0 270 Z`, palette.near, 'opacity="0.35"') +
    path(`M480 0 L410 26 L410 222 L480 270 Z`, palette.near, 'opacity="0.5"')
  )
}

function view(x: number, y: number, w: number, h: number, palette: Palette): string {
  return (
    rect(x - 8, y - 8, w + 16, h + 16, palette.near) +
    rect(x, y, w, h, 'url(#sea)') +
    rect(x, y, w, h * 0.55, palette.paper, 'opacity="0.45"') +
    circle(x + w * 0.66, y + h * 0.3, 11, palette.sun) +
    path(
      `M${f(x)} ${f(y + h * 0.62)} q${f(w * 0.25)} -8 ${f(w * 0.5)} 0 t${f(w * 0.5)} 0 L${f(x + w)} ${f(y + h)} L${f(x)} ${f(y + h)} Z`,
      palette.sea[1],
    ) +
    rect(x + w / 2 - 2, y, 4, h, palette.near) +
    rect(x, y + h / 2 - 2, w, 4, palette.near)
  )
}

function oilLamp(x: number, y: number, size: number, palette: Palette): string {
  return (
    circle(x, y - size * 0.6, size * 2.2, 'url(#halo)') +
    rect(x - size * 0.26, y - size * 0.14, size * 0.52, size * 0.14, palette.mid) +
    path(
      `M${f(x - size * 0.18)} ${f(y - size * 0.14)} Q${f(x - size * 0.34)} ${f(y - size * 0.55)} ${f(x - size * 0.12)} ${f(y - size)} L${f(x + size * 0.12)} ${f(y - size)} Q${f(x + size * 0.34)} ${f(y - size * 0.55)} ${f(x + size * 0.18)} ${f(y - size * 0.14)} Z`,
      palette.glow,
      'opacity="0.85"',
    ) +
    path(
      `M${f(x)} ${f(y - size * 0.72)} q${f(size * 0.13)} ${f(size * 0.26)} 0 ${f(size * 0.42)} q${f(-size * 0.13)} ${f(-size * 0.16)} 0 ${f(-size * 0.42)} Z`,
      '#ffffff',
    )
  )
}

function hanging(x: number, palette: Palette): string {
  return rect(x - 0.8, 0, 1.6, 34, palette.near) + path(`M${f(x - 15)} 46 Q${f(x)} 24 ${f(x + 15)} 46 Z`, palette.near)
}

function rivets(x: number, palette: Palette): string {
  return Array.from({ length: 12 }, (_, index) => (index / 12) * Math.PI * 2)
    .map((angle) => circle(x + Math.cos(angle) * 86, 124 + Math.sin(angle) * 86, 2.6, palette.glow, 'opacity="0.75"'))
    .join('')
}

function bricks(x: number, palette: Palette): string {
  let out = ''
  for (let row = 0; row < 9; row++) {
    for (let column = 0; column < 8; column++) {
      const left = column * 66 - (row % 2) * 33
      if (Math.abs(left + 30 - x) < 92) continue
      out += rect(left, row * 27 + 4, 62, 23, palette.mid, 'rx="2" opacity="0.35"')
    }
  }
  return out
}
