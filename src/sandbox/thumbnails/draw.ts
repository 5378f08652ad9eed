import { seededRandom } from '../random.ts'
import { exteriors } from './exteriors.ts'
import { interiors } from './interiors.ts'
import { lettering } from './lettering.ts'
import { moodOf, moods, type Palette } from './palettes.ts'
import type { Picture } from './picture.ts'
import { beam, circle, gradient, halo, height, path, rect, tower, waves, width } from './shapes.ts'
import { drawPerson, drawSubject } from './subjects.ts'

/** How finished a picture looks: 1 is final colour, 0 is grey. */
const colorOfStep: Readonly<Record<string, number>> = {
  layout: 0.12,
  anim: 0.4,
  fx: 0.62,
  light: 0.9,
  model: 0.25,
  rig: 0.15,
}

export type Drawing = { readonly svg: string; readonly saturation: number }

/** A picture as SVG, 480 by 270. The same picture always gives the same drawing. */
export function draw(picture: Picture): Drawing {
  switch (picture.kind) {
    case 'scene':
      return { svg: drawScene(picture), saturation: colorOfStep[picture.step] ?? 1 }
    case 'asset':
      return { svg: drawAsset(picture), saturation: colorOfStep[picture.step] ?? 1 }
    case 'person':
      return { svg: drawPortrait(picture.seed), saturation: 1 }
    case 'poster':
      return { svg: drawPoster(picture.title), saturation: 1 }
  }
}

function drawScene({ sequence, shot, step, version, frame }: Extract<Picture, { kind: 'scene' }>): string {
  const random = seededRandom(`${sequence}/${shot}`)
  const mood = moodOf(sequence)
  const number = Math.floor((Number.parseInt(shot, 10) || 0) / 10)
  const choices = moods[mood]
  const palette = choices[(number + random.int(0, 1)) % choices.length] ?? choices[0]
  const compositions = mood === 'interior' && number % 4 !== 0 ? interiors : exteriors
  const compose = compositions[number % compositions.length] ?? compositions[0]
  const scene = compose(random, palette, mood === 'storm')
  const exposure = ((version * 37) % 5) * 0.018
  return svg(
    definitions(palette),
    scene +
      rect(0, 0, width, height, '#000000', `opacity="${exposure.toFixed(3)}"`) +
      rect(0, 0, width, height, 'url(#vignette)') +
      slate(`${sequence}_${shot}`, `${step} v${String(version).padStart(3, '0')}`, String(frame)),
  )
}

function drawAsset({ subject, step, version }: Extract<Picture, { kind: 'asset' }>): string {
  const random = seededRandom(`asset/${subject}`)
  const palette = random.pick(random.pick([moods.dusk, moods.storm, moods.interior]))
  const back = gradient('stage', [palette.sky[1], palette.sky[2]])
  return svg(
    definitions(palette) + back,
    rect(0, 0, width, height, 'url(#stage)') +
      `<ellipse cx="240" cy="120" rx="230" ry="130" fill="${palette.paper}" opacity="0.28"/>` +
      rect(0, 204, width, 70, palette.near, 'opacity="0.3"') +
      `<ellipse cx="240" cy="210" rx="130" ry="12" fill="#000000" opacity="0.28"/>` +
      drawSubject(subject, palette) +
      rect(0, 0, width, height, 'url(#vignette)') +
      slate(subject, step === '' ? '' : `${step} v${String(version).padStart(3, '0')}`, ''),
  )
}

function drawPortrait(seed: string): string {
  const random = seededRandom(`person/${seed}`)
  const hue = random.int(0, 359)
  const skin = random.pick(['#f2cfae', '#e5b48c', '#c98f6c', '#a06c4a', '#7a4e35'])
  const hair = random.pick(['#1f1a1c', '#3b2a22', '#6e4a2c', '#8c3f2a', '#b8a07a', '#4a4a52'])
  const shirt = `hsl(${(hue + 190) % 360},34%,38%)`
  const back = gradient('back', [`hsl(${hue},38%,78%)`, `hsl(${(hue + 30) % 360},36%,62%)`])
  return svg(
    back,
    rect(0, 0, width, height, 'url(#back)') +
      circle(240, 130, 120, '#ffffff', 'opacity="0.2"') +
      drawPerson(skin, hair, shirt, random.int(0, 3)),
  )
}

function drawPoster(title: string): string {
  const random = seededRandom(`poster/${title}`)
  const palette = random.pick(moods.dusk)
  const letters = [...title].slice(0, 18).join('')
  return svg(
    definitions(palette),
    rect(0, 0, width, height, 'url(#sky)') +
      circle(150, 120, 150, 'url(#halo)') +
      circle(150, 120, 40, palette.sun) +
      beam(344, 76, Math.PI + 0.18, 0.12) +
      waves(random, 190, palette, 5, 0.7) +
      path('M250 270 Q290 206 330 196 L396 192 Q440 200 480 190 L480 270 Z', palette.near) +
      tower(344, 200, 150, palette) +
      lettering(letters, { x: 30, y: 226, height: 17, color: palette.paper }),
  )
}

/** The bars of a wide picture, with what it is burnt into the lower one. */
function slate(left: string, middle: string, right: string): string {
  const color = '#e8e6df'
  const y = height - 16
  return (
    rect(0, 0, width, 24, '#000000') +
    rect(0, height - 24, width, 24, '#000000') +
    lettering('lighthouse', { x: 10, y: 8.5, height: 7, color: '#8d8b86' }) +
    lettering(left, { x: 10, y, height: 9, color }) +
    lettering(middle, { x: width / 2, y, height: 9, color: '#b9b6ae', anchor: 'middle' }) +
    lettering(right, { x: width - 10, y, height: 9, color, anchor: 'end' })
  )
}

function definitions(palette: Palette): string {
  return (
    gradient('sky', palette.sky) +
    gradient('wall', [palette.mid, palette.far, palette.mid]) +
    gradient('sea', palette.sea) +
    halo('halo', palette.glow, 0.75) +
    `<radialGradient id="beam" gradientUnits="userSpaceOnUse" cx="${width / 2}" cy="90" r="420"><stop offset="0%" stop-color="${palette.glow}" stop-opacity="0.62"/><stop offset="100%" stop-color="${palette.glow}" stop-opacity="0.02"/></radialGradient>` +
    `<radialGradient id="vignette" r="0.75"><stop offset="55%" stop-color="#000000" stop-opacity="0"/><stop offset="100%" stop-color="#000000" stop-opacity="0.5"/></radialGradient>`
  )
}

function svg(definitionsText: string, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><defs>${definitionsText}</defs>${content}</svg>`
}
