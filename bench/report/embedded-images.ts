/** The JPEG files that a PDF holds, in the order in which they stand in it: their bytes as they were drawn. */
export function readEmbeddedImages(pdf: Buffer): Buffer[] {
  const images: Buffer[] = []
  for (let at = pdf.indexOf('/DCTDecode'); at >= 0; at = pdf.indexOf('/DCTDecode', at + 1)) {
    const begin = pdf.lastIndexOf(' obj\n', at)
    const stream = pdf.indexOf('stream\n', at)
    const length = /\/Length (\d+)/.exec(pdf.subarray(begin, stream).toString('latin1'))?.[1]
    if (length === undefined || stream < 0) throw new Error(`The picture at byte ${at} of the PDF has no length.`)
    const start = stream + 'stream\n'.length
    images.push(pdf.subarray(start, start + Number(length)))
    at = start + Number(length)
  }
  return images
}
