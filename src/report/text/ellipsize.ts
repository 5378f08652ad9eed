import { Clusters, countFitting } from './fit.ts'

/** Longer ones are measured only as far as they fit: to measure is the dear part. */
export const MAX_MEASURED_WHOLE = 200

const MAX_TAIL = 40 // characters
const TAIL_SHARE = 0.4 // most of the width that the end of a name may take
const TAIL_JOINT = /[_\-./\\: ]/u

type Measure = (text: string) => number

/** The longest start of a text that fits together with an ellipsis; the whole text if it fits as it is. */
export function ellipsize(text: string, width: number, measure: Measure): string {
  if (fitsWhole(text, width, measure)) return text
  const clusters = new Clusters(text)
  const whole = countFitting(clusters, width, measure)
  if (clusters.at(whole) === undefined) return text
  const cut = (count: number) => `${clusters.start(count).trimEnd()}…`
  return cut(countFitting(clusters, width, measure, (count) => measure(cut(count))))
}

/** A name with the ellipsis in its middle: names of Versions begin with the shot and end with the number. */
export function ellipsizeMiddle(text: string, width: number, measure: Measure): string {
  if (fitsWhole(text, width, measure)) return text
  const tail = tailOf(text, width * TAIL_SHARE, measure)
  const clusters = new Clusters(text.slice(0, text.length - tail.length))
  const cut = (count: number) => `${clusters.start(count).trimEnd()}…${tail}`
  const count = countFitting(clusters, width, measure, (start) => measure(cut(start)))
  return count === 0 ? ellipsize(text, width, measure) : cut(count)
}

/** The longest end that fits, from a joint on if it has one. */
function tailOf(text: string, width: number, measure: Measure): string {
  const clusters = new Clusters(text.slice(-MAX_TAIL).toWellFormed().replaceAll('\ufffd', ''))
  const all: string[] = []
  for (let cluster = clusters.at(0); cluster !== undefined; cluster = clusters.at(all.length)) all.push(cluster)
  let from = all.length
  while (from > 0 && measure(all.slice(from - 1).join('')) <= width) from -= 1
  const joint = all.findIndex((cluster, index) => index >= from && TAIL_JOINT.test(cluster))
  return all.slice(joint === -1 ? from : joint).join('')
}

function fitsWhole(text: string, width: number, measure: Measure): boolean {
  return width === Number.POSITIVE_INFINITY || (text.length <= MAX_MEASURED_WHOLE && measure(text) <= width)
}
