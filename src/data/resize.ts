import type { Sharp } from 'sharp';
import { messageOf, UserError } from '../util/errors.js';
import { mapConcurrently } from './concurrent.js';
import type { ImageSize, Samples } from './dataset.js';

/** Images under way at a time: sharp works on libuv's four threads, a few more keep them busy. */
export const imagesAtATime = 8;

/** An RGB or grey image, HWC. */
export interface Image {
  readonly pixels: Uint8Array;
  readonly shape: readonly [number, number, number];
}

/** Images of more pixels are refused: they would need hundreds of megabytes. */
const mostPixels = 100_000_000;

/**
 * Decodes an image file to RGB and brings it to size. Grey becomes RGB, alpha is dropped, CMYK converted; EXIF
 * orientation and colour profiles are ignored, as torchvision's loader does.
 * @throws UserError naming the file where it does not decode or is smaller than the crop.
 */
export async function decodeImage(path: string, size: ImageSize | undefined): Promise<Image> {
  const { default: sharp } = await import('sharp');
  try {
    const open = () => sharp(path, { failOn: 'error', ignoreIcc: true, limitInputPixels: mostPixels });
    const { width, height } = await open().metadata();
    const resized = fit(open(), [height, width], size, path);
    const { data, info } = await resized
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = info.channels === 1 ? greyToRgb(data) : data;
    return { pixels, shape: [info.height, info.width, 3] };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${path}: cannot decode the image: ${messageOf(error).replaceAll(/\s+/g, ' ').trim()}`,
      {
        cause: error,
      },
    );
  }
}

/** Brings byte images of one size to another. @param pixels those of `samples`. */
export async function resizeBytes(pixels: Uint8Array, samples: Samples, size: ImageSize): Promise<Samples> {
  const { default: sharp } = await import('sharp');
  const [height, width, channels] = samples.shape;
  if (channels !== 1 && channels !== 3) {
    throw new UserError(`images with ${channels} channels cannot be resized or cropped, only grey and RGB`);
  }
  const bytes = height * width * channels;
  const images = await mapConcurrently(samples.labels.length, imagesAtATime, async (i): Promise<Image> => {
    const raw = sharp(pixels.subarray(i * bytes, (i + 1) * bytes), { raw: { width, height, channels } });
    const fitted = fit(raw, [height, width], size, `image ${i}`).toColourspace(
      channels === 1 ? 'b-w' : 'srgb',
    );
    const { data, info } = await fitted.raw().toBuffer({ resolveWithObject: true });
    return { pixels: data, shape: [info.height, info.width, info.channels] };
  });
  return { ...joinImages(images), labels: samples.labels };
}

/** Puts images of equal shape one after the other. */
export function joinImages(images: readonly Image[]): Pick<Samples, 'pixels' | 'shape'> {
  const shape = images[0]?.shape ?? [0, 0, 0];
  return { pixels: Buffer.concat(images.map((image) => image.pixels)), shape };
}

function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i]!, i * 3, i * 3 + 3);
  return rgb;
}

function fit(
  image: Sharp,
  from: readonly [number, number],
  size: ImageSize | undefined,
  where: string,
): Sharp {
  const geometry = fitGeometry(from, size, where);
  let result = image;
  if (geometry.resize !== undefined) {
    const [height, width] = geometry.resize;
    // A triangle filter over the area that shrinks to a pixel, as PIL's antialiased BILINEAR.
    result = result.resize(width, height, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false });
  }
  return geometry.crop === undefined ? result : result.extract(geometry.crop);
}

/**
 * Sizes as torchvision computes them: Resize scales the short side and truncates the long one, CenterCrop rounds
 * its offsets to even.
 * @param from [height, width].
 * @throws UserError where the crop is larger than the image.
 */
export function fitGeometry(
  from: readonly [number, number],
  size: ImageSize | undefined,
  where: string,
): {
  readonly resize?: readonly [number, number];
  readonly crop?: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
} {
  const resize = size?.resize === undefined ? undefined : resizedSize(from, size.resize);
  if (size?.crop === undefined) return { ...(resize && { resize }) };
  const [height, width] = resize ?? from;
  const [cropHeight, cropWidth] = typeof size.crop === 'number' ? [size.crop, size.crop] : size.crop;
  if (cropHeight > height || cropWidth > width) {
    throw new UserError(
      `${where}: is ${height}×${width} (height×width)${resize ? ' after resizing' : ''}, smaller than the crop ${cropHeight}×${cropWidth}; --resize ${Math.max(cropHeight, cropWidth)} or more makes it fit`,
    );
  }
  const crop = {
    left: roundToEven((width - cropWidth) / 2),
    top: roundToEven((height - cropHeight) / 2),
    width: cropWidth,
    height: cropHeight,
  };
  return { ...(resize && { resize }), crop };
}

function resizedSize(
  [height, width]: readonly [number, number],
  resize: number | readonly [number, number],
): readonly [number, number] {
  if (typeof resize !== 'number') return resize;
  return height <= width
    ? [resize, Math.max(1, Math.trunc((resize * width) / height))]
    : [Math.max(1, Math.trunc((resize * height) / width)), resize];
}

function roundToEven(x: number): number {
  const below = Math.floor(x);
  return x - below === 0.5 ? below + (below % 2) : Math.round(x);
}
