import sharp from 'sharp';

/** A decoded PNG: its size and the colour of a pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): readonly number[];
}

/** Decodes a `data:` address of a PNG, or its bytes. */
export async function decode(source: string | Uint8Array): Promise<Pixels> {
  const bytes = typeof source === 'string' ? Buffer.from(source.split(',')[1]!, 'base64') : source;
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    at: (x, y) => [...data.subarray(4 * (y * info.width + x), 4 * (y * info.width + x) + 4)],
  };
}

/** What a colour of the scale says: the sign of the error and, as distance from grey, how large it is. */
export function reading([red, , blue]: readonly number[]): { sign: number; strength: number } {
  const difference = red! - blue!;
  return { sign: Math.abs(difference) <= 12 ? 0 : Math.sign(difference), strength: Math.abs(difference) };
}

/** Perceived lightness of a colour, roughly. */
export function lightness([red, green, blue]: readonly number[]): number {
  return 0.3 * red! + 0.59 * green! + 0.11 * blue!;
}
