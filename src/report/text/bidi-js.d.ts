/** The package's own types describe its ES module, but its entry point is CommonJS: here both are the module. */
declare module 'bidi-js/dist/bidi.mjs' {
  export default function bidiFactory(): {
    /** One level per UTF-16 unit; odd is right to left. */
    getEmbeddingLevels(
      text: string,
      direction?: 'ltr' | 'rtl' | 'auto',
    ): { levels: Uint8Array; paragraphs: { start: number; end: number; level: number }[] }
    getMirroredCharacter(character: string): string | null
  }
}
