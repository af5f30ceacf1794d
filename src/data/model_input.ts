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
  checkSize(shape, target, preprocess.layout);
  const [height, width, channels] = shape;
  const from = samples.planes ? 'chw' : 'hwc';
  const to = preprocess.layout === 'nchw' ? 'chw' : 'hwc';
  const result = new Float32Array(pixels.length);
  const size = height * width * channels;
  const passes = Array.from({ length: channels }, (_, channel): ChannelPass => {
    const normalize = normalization(preprocess, channel, channels);
    const table = Float32Array.from({ length: 256 }, (_, x) => normalize(x));
    return { from: placesOf(from, channel, shape), to: placesOf(to, channel, shape), normalize, table };
  });
  for (let start = 0; start < pixels.length; start += size) {
    for (const pass of passes) {
      if (pixels instanceof Uint8Array) normalizeBytes(pixels, result, start, height * width, pass);
      else normalizeFloats(pixels, result, start, height * width, pass);
    }
  }
  return result;
}

/** Where the values of a channel lie in a sample. */
interface Places {
  readonly first: number;
  readonly stride: number;
}

/** How one channel of a sample gets to its place in the model's input. */
interface ChannelPass {
  readonly from: Places;
  readonly to: Places;
  normalize(x: number): number;
  /** `normalize` of all bytes. */
  readonly table: Float32Array;
}

function placesOf(
  order: 'hwc' | 'chw',
  channel: number,
  [height, width, channels]: Samples['shape'],
): Places {
  return order === 'hwc'
    ? { first: channel, stride: channels }
    : { first: channel * height * width, stride: 1 };
}

function normalization(preprocess: Preprocess, channel: number, channels: number): (x: number) => number {
  const { scale } = preprocess;
  const { fround } = Math;
  const mean = fround(perChannel(preprocess.mean, channel, channels, 'mean'));
  const std = fround(perChannel(preprocess.std, channel, channels, 'std'));
  return (x) => fround(fround(fround(x * scale) - mean) / std);
}

/** @param start of the sample @param count values of the channel */
function normalizeBytes(
  pixels: Uint8Array,
  result: Float32Array,
  start: number,
  count: number,
  { from, to, table }: ChannelPass,
): void {
  const { stride } = from;
  const toStride = to.stride;
  const end = start + to.first + count * toStride;
  for (let i = start + from.first, j = start + to.first; j < end; i += stride, j += toStride)
    result[j] = table[pixels[i]!]!;
}

function normalizeFloats(
  pixels: Float32Array,
  result: Float32Array,
  start: number,
  count: number,
  { from, to, normalize }: ChannelPass,
): void {
  const end = start + to.first + count * to.stride;
  for (let i = start + from.first, j = start + to.first; j < end; i += from.stride, j += to.stride)
    result[j] = normalize(pixels[i]!);
}

function perChannel(values: readonly number[], channel: number, channels: number, name: string): number {
  if (values.length !== 1 && values.length !== channels) {
    throw new UserError(
      `--${name} has ${values.length} values (${values.join(', ')}), the samples have ${channels} channels; give one value, or ${channels}, with --${name} or --preprocess`,
    );
  }
  return values[values.length === 1 ? 0 : channel]!;
}

function checkSize(
  [height, width, channels]: Samples['shape'],
  target: InputSize | undefined,
  layout: Preprocess['layout'],
): void {
  if (target === undefined) return;
  const fits = (size: number, wanted: number | undefined) => wanted === undefined || size === wanted;
  const sameChannels = fits(channels, target.channels);
  if (sameChannels && fits(height, target.height) && fits(width, target.width)) return;
  const wanted = [target.height, target.width, target.channels].map((size) => size ?? '?').join('×');
  let advice = 'a model that fits is needed';
  if (fitsOtherLayout([height, width, channels], target, layout)) {
    advice = `--layout ${layout === 'nchw' ? 'nhwc' : 'nchw'} fits`;
  } else if (!sameChannels && (target.channels === 1 || target.channels === 3)) {
    advice = `"channels: ${target.channels}" in a --preprocess file converts ${target.channels === 1 ? 'to grey' : 'to RGB'}`;
  } else if (sameChannels && target.height !== undefined && target.width !== undefined) {
    const side = target.height === target.width ? `${target.height}` : `${target.height}x${target.width}`;
    advice = `--resize ${side} (and --crop ${side}) brings images to that size`;
  }
  throw new UserError(
    `the samples are ${height}×${width}×${channels} (height×width×channels), the model takes ${wanted}; ${advice}`,
  );
}

/** Whether the samples fit once the model's axes are read in the other layout. */
function fitsOtherLayout(
  [height, width, channels]: Samples['shape'],
  target: InputSize,
  layout: Preprocess['layout'],
): boolean {
  return layout === 'nchw'
    ? height === target.channels && width === target.height && channels === target.width
    : channels === target.height && height === target.width && width === target.channels;
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
