import { messageOf, UserError } from '../util/errors.js';
import type { ImageSize } from './dataset.js';
import { fitImage, type Image } from './resize.js';

/** Images of more pixels are refused: they would need hundreds of megabytes. */
const mostPixels = 100_000_000;

/**
 * Decodes an image file to RGB and brings it to size. Grey becomes RGB, alpha is dropped, CMYK converted; EXIF
 * orientation and colour profiles are ignored, as torchvision's loader does.
 * @throws UserError naming the file where it does not decode or is smaller than the crop.
 */
export async function decodeImage(path: string, size: ImageSize | undefined): Promise<Image> {
  return fitImage(await decodeFile(path), size, path);
}

async function decodeFile(path: string): Promise<Image> {
  // Loaded when the first image is decoded: it takes some 50 ms.
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(path, {
      failOn: 'error',
      ignoreIcc: true,
      limitInputPixels: mostPixels,
    })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = info.channels === 1 ? greyToRgb(data) : data;
    return { pixels, shape: [info.height, info.width, 3] };
  } catch (error) {
    const reason = messageOf(error).replaceAll(/\s+/g, ' ').trim();
    throw new UserError(`${path}: cannot decode the image: ${reason}`, { cause: error });
  }
}

function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i]!, i * 3, i * 3 + 3);
  return rgb;
}
