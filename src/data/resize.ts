import { UserError } from '../util/errors.js';
import type { ImageSize, Samples } from './dataset.js';
import { resample } from './resample.js';

/** An image of bytes, [height, width, channels]. */
export interface Image {
  readonly pixels: Uint8Array;
  readonly shape: readonly [number, number, number];
}

/**
 * Scales and crops an image as torchvision does.
 * @param where it comes from, for messages.
 * @throws UserError where it is smaller than the crop.
 */
export function fitImage(image: Image, size: ImageSize | undefined, where: string): Image {
  const [height, width, channels] = image.shape;
  const { resize = [height, width], crop } = fitGeometry([height, width], size, where);
  const rows = { size: resize[0], start: crop?.top ?? 0, count: crop?.height ?? resize[0] };
  const columns = { size: resize[1], start: crop?.left ?? 0, count: crop?.width ?? resize[1] };
  if (rows.count === height && columns.count === width && rows.size === height && columns.size === width)
    return image;
  return {
    pixels: resample(image.pixels, image.shape, rows, columns),
    shape: [rows.count, columns.count, channels],
  };
}

/** Brings byte images of one size to another. @param pixels those of `samples`. */
export function resizeBytes(pixels: Uint8Array, samples: Samples, size: ImageSize): Samples {
  const [height, width, channels] = samples.shape;
  const bytes = height * width * channels;
  const images = Array.from(samples.labels, (_, i) => {
    const image = { pixels: pixels.subarray(i * bytes, (i + 1) * bytes), shape: samples.shape };
    return fitImage(image, size, `image ${i} of the batch`);
  });
  return { ...joinImages(images), labels: samples.labels };
}

/** Puts images of equal shape one after the other. */
export function joinImages(images: readonly Image[]): Pick<Samples, 'pixels' | 'shape'> {
  const shape = images[0]?.shape ?? [0, 0, 0];
  return { pixels: Buffer.concat(images.map((image) => image.pixels)), shape };
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
