import { crc32, deflateSync } from 'node:zlib';

/** Red, green, blue and, where not opaque, alpha; 0..255. */
export type Color = readonly [red: number, green: number, blue: number, alpha?: number];

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * A PNG with a palette (PNG specification, 3rd edition, §9 and §11): `pixels` are indices into at most 256 colours,
 * row-major from the top left; each is drawn as `cell` pixels. Written here because sharp
 * chooses the colours of a palette itself, and one byte per pixel makes small files.
 */
export function encodePng(
  width: number,
  height: number,
  pixels: Uint8Array,
  palette: readonly Color[],
  cell: { readonly width: number; readonly height: number } = { width: 1, height: 1 },
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width * cell.width, 0);
  header.writeUInt32BE(height * cell.height, 4);
  // 8 bits, palette; deflate, filters by row, not interlaced.
  header.set([8, 3, 0, 0, 0], 8);
  const colors = new Uint8Array(3 * palette.length);
  palette.forEach(([red, green, blue], i) => {
    colors.set([red, green, blue], 3 * i);
  });
  const alphas = Uint8Array.from(palette, ([, , , alpha = 255]) => alpha);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', colors),
    ...(alphas.some((alpha) => alpha < 255) ? [chunk('tRNS', alphas)] : []),
    chunk('IDAT', deflateSync(filteredRows(width, height, pixels, cell), { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Rows as differences to the row above (filter 2): repeated rows become zeros, and patterns of tables shrink too. */
function filteredRows(
  width: number,
  height: number,
  pixels: Uint8Array,
  cell: { readonly width: number; readonly height: number },
): Uint8Array {
  const stride = width * cell.width + 1;
  const rows = new Uint8Array(stride * height * cell.height);
  for (let y = 0; y < height; y++) {
    const start = y * cell.height * stride;
    for (let copy = 0; copy < cell.height; copy++) rows[start + copy * stride] = 2;
    for (let x = 0; x < width; x++) {
      const above = y === 0 ? 0 : pixels[(y - 1) * width + x]!;
      const from = start + 1 + x * cell.width;
      rows.fill(pixels[y * width + x]! - above, from, from + cell.width);
    }
  }
  return rows;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const typed = Buffer.concat([Buffer.from(type, 'ascii'), data]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(typed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}

/** A PNG as the address of an image. */
export function pngSource(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
