/**
 * Letters as strokes on a grid 4 wide and 6 high, so that pictures need no font of the machine.
 * A glyph is lines of points: `x y` digits, lines apart by a space.
 */
const glyphs: Readonly<Record<string, string>> = {
  A: '0602204246 0444',
  B: '0600303142334344453606 0333',
  C: '41301001051636 3645',
  D: '06002042442606',
  E: '40000646 0333',
  F: '400006 0333',
  G: '413010010516364543 4323',
  H: '0006 4046 0343',
  I: '2026 1030 1636',
  J: '40453616 160504',
  K: '0006 4003 0346',
  L: '000646',
  M: '0600234046',
  N: '06004640',
  O: '103041453616050110',
  P: '060030414233 3303',
  Q: '103041453616050110 3446',
  R: '060030414233 3303 2346',
  S: '41301001022344453616 1605',
  T: '0040 2026',
  U: '000516364540',
  V: '002640',
  W: '0016233640',
  X: '0046 4006',
  Y: '002340 2326',
  Z: '00400646',
  0: '103041453616050110 1333',
  1: '112026 1636',
  2: '01103041420646',
  3: '01103041423323 3344453616 1605',
  4: '36300444',
  5: '400002 023243453616 1605',
  6: '41301001051636 3645443303',
  7: '004016',
  8: '103041423313020110 1304051636454433',
  9: '430313020110304145361605',
  _: '0646',
  '-': '0343',
  '.': '2526',
  '/': '0640',
  '#': '1016 3036 0242 0444',
}

export type TextOptions = { x: number; y: number; height: number; color: string; anchor?: 'start' | 'end' | 'middle' }

/** Text as SVG strokes, `y` its top. Letters are shown as capitals; what has no glyph leaves a gap. */
export function lettering(text: string, { x, y, height, color, anchor = 'start' }: TextOptions): string {
  const unit = height / 6
  const advance = unit * 6
  const characters = [...text.toUpperCase()]
  const width = characters.length * advance - unit * 2
  const left = anchor === 'end' ? x - width : anchor === 'middle' ? x - width / 2 : x
  const paths = characters.map((character, index) =>
    strokes(character)
      .map((line) => line.map(([px, py], at) => point(at, left + index * advance + px * unit, y + py * unit)).join(''))
      .join(''),
  )
  return `<path d="${paths.join('')}" fill="none" stroke="${color}" stroke-width="${(unit * 0.9).toFixed(2)}" stroke-linecap="round" stroke-linejoin="round"/>`
}

function point(index: number, x: number, y: number): string {
  return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
}

function strokes(character: string): [number, number][][] {
  return (glyphs[character] ?? '')
    .split(' ')
    .filter((line) => line.length >= 4 && line.length % 2 === 0)
    .map((line) => [...line.matchAll(/../g)].map(([pair]) => [Number(pair[0]), Number(pair[1])]))
}
