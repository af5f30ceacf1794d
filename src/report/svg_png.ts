/**
 * An SVG picture as a PNG with two pixels for each of its own. Text is drawn with the fonts of the system; colours
 * are those for paper.
 */
export async function svgToPng(svg: string): Promise<Uint8Array> {
  // Loaded when needed: it takes longer than everything else at the start.
  const { default: sharp } = await import('sharp');
  // At 72 dpi a pixel of the picture is a pixel of the result.
  return sharp(Buffer.from(svg), { density: 2 * 72 })
    .png()
    .toBuffer();
}
