declare module 'subset-font' {
  /** Subset or instance a font with HarfBuzz. */
  export default function subsetFont(
    font: Buffer,
    text: string | undefined,
    options: {
      keepAllGlyphs?: boolean
      targetFormat?: 'sfnt' | 'woff' | 'woff2' | 'truetype'
      variationAxes?: Readonly<Record<string, number>>
      dropTables?: readonly string[]
    },
  ): Promise<Buffer>
}
