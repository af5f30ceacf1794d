import { UserError } from '../util/errors.js';
import type { Preprocess, Samples } from './dataset.js';

/** What a model expects of one sample; an unknown size is left out. */
export interface InputSize {
  readonly channels?: number;
  readonly height?: number;
  readonly width?: number;
}

/**
 * Computes the model's input from stored samples: (x · scale − mean[c]) / std[c].
 * Each step is rounded to float32, so the values are those of the usual float32 pipelines (x / 255 − mean) / std.
 * @param target what the model expects, to be checked where given.
 * @returns float32 [N,C,H,W] or [N,H,W,C], as `preprocess.layout` says.
 * @throws UserError where the samples do not fit the target, or mean and std do not fit the channels.
 */
export function toModelInput(samples: Samples, preprocess: Preprocess, target?: InputSize): Float32Array {
  const { pixels, shape } = convertChannels(samples, preprocess.channels);
  checkSize(shape, target);
  const [height, width, channels] = shape;
  const normalize = Array.from({ length: channels }, (_, channel) =>
    normalizer(preprocess, channel, channels),
  );
  const result = new Float32Array(pixels.length);
  const plane = height * width;
  const nchw = preprocess.layout === 'nchw';
  for (let channel = 0; channel < channels; channel++) {
    const table =
      pixels instanceof Uint8Array
        ? Float32Array.from({ length: 256 }, (_, x) => normalize[channel]!(x))
        : undefined;
    for (let start = 0; start < pixels.length; start += plane * channels) {
      let to = nchw ? start + channel * plane : start + channel;
      const step = nchw ? 1 : channels;
      const end = start + plane * channels;
      if (table !== undefined) {
        for (let from = start + channel; from < end; from += channels, to += step)
          result[to] = table[pixels[from]!]!;
      } else {
        for (let from = start + channel; from < end; from += channels, to += step) {
          result[to] = normalize[channel]!(pixels[from]!);
        }
      }
    }
  }
  return result;
}

function normalizer(preprocess: Preprocess, channel: number, channels: number): (x: number) => number {
  const { scale } = preprocess;
  const mean = Math.fround(perChannel(preprocess.mean, channel, channels, 'mean'));
  const std = Math.fround(perChannel(preprocess.std, channel, channels, 'std'));
  const { fround } = Math;
  return (x) => fround(fround(fround(x * scale) - mean) / std);
}

function perChannel(values: readonly number[], channel: number, channels: number, name: string): number {
  if (values.length !== 1 && values.length !== channels) {
    throw new UserError(
      `--${name} has ${values.length} values (${values.join(', ')}), the samples have ${channels} channels; give one value, or ${channels}, with --${name} or --preprocess`,
    );
  }
  return values[values.length === 1 ? 0 : channel]!;
}

function checkSize([height, width, channels]: Samples['shape'], target: InputSize | undefined): void {
  if (target === undefined) return;
  const fits = (size: number, wanted: number | undefined) => wanted === undefined || size === wanted;
  const sameChannels = fits(channels, target.channels);
  if (sameChannels && fits(height, target.height) && fits(width, target.width)) return;
  const wanted = [target.height, target.width, target.channels].map((size) => size ?? '?').join('×');
  let advice = 'a model that fits is needed';
  if (!sameChannels && (target.channels === 1 || target.channels === 3)) {
    advice = `"channels: ${target.channels}" in a --preprocess file converts ${target.channels === 1 ? 'to grey' : 'to RGB'}`;
  } else if (sameChannels && target.height !== undefined && target.width !== undefined) {
    const side = target.height === target.width ? `${target.height}` : `${target.height},${target.width}`;
    advice = `--resize ${side} (and --crop ${side}) brings images to that size`;
  }
  throw new UserError(
    `the samples are ${height}×${width}×${channels} (height×width×channels), the model takes ${wanted}; ${advice}`,
  );
}

/** Grey to RGB by repetition, RGB to grey as PIL does (ITU-R 601-2 luma in 16-bit fixed point). */
function convertChannels(samples: Samples, wanted: 1 | 3 | undefined): Pick<Samples, 'pixels' | 'shape'> {
  const { pixels } = samples;
  const [height, width, channels] = samples.shape;
  if (wanted === undefined || wanted === channels) return samples;
  if (!(pixels instanceof Uint8Array) || (channels !== 1 && channels !== 3)) {
    throw new UserError(
      `"channels: ${wanted}" converts grey and RGB byte images only; the samples have ${channels} channels of ${pixels instanceof Uint8Array ? 'bytes' : 'floats'}`,
    );
  }
  const count = pixels.length / channels;
  const result = new Uint8Array(count * wanted);
  for (let i = 0; i < count; i++) {
    if (wanted === 3) result.fill(pixels[i]!, 3 * i, 3 * i + 3);
    else
      result[i] =
        (pixels[3 * i]! * 19595 + pixels[3 * i + 1]! * 38470 + pixels[3 * i + 2]! * 7471 + 0x8000) >> 16;
  }
  return { pixels: result, shape: [height, width, wanted] };
}
