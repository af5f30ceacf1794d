import { z } from 'zod';
import type { QMethod } from '../quant/qparams.js';
import { choice, field, flag, imageSize, integer, numbers, positive, text } from './fields.js';

export const batchSize = () => integer(1, 65_536);
export const file = () => text('the name of a file');
export const most = 2 ** 31 - 1;

/** Settings of every command that runs a network on data, by the names of the flags. */
export const sharedFields = {
  model: file(),
  lut: text('the name of a LUT file, or "exact"'),
  'lut-type': choice('auto', 'int8', 'uint8', 'int8xuint8', 'uint8xint8'),
  'lut-order': choice('aw', 'wa'),
  layer: field('PATTERN=LUT, e.g. "conv1=float" or "layer2*=mult.txt"', parseLayers),
  'skip-first': flag(),
  'skip-last': flag(),
  'conv-only': flag(),
  qmethod: field(
    '"static" or "dynamic", then ",tensor" or ",sample", then ",tensor" or ",channel", e.g. static,tensor,channel; "sample" goes with "dynamic" only',
    parseQMethod,
  ),
  'weight-bits': integer(2, 8),
  'activation-bits': integer(2, 8),
  'full-range': flag(),
  padding: choice('lookup', 'skip'),
  calibrator: choice('minmax', 'percentile', 'mse', 'entropy'),
  calibrate: integer(1, most),
  calibration: file(),
  data: text('a folder, a file or "synthetic-digits"'),
  limit: integer(1, most),
  batch: batchSize(),
  preprocess: text('the name of a preset, or of a file'),
  scale: positive(),
  mean: numbers('numbers separated by commas, e.g. 0.485,0.456,0.406'),
  std: numbers(
    'numbers other than 0 separated by commas, e.g. 0.229,0.224,0.225',
    (value) => Math.fround(value) !== 0,
  ),
  layout: choice('nchw', 'nhwc'),
  resize: imageSize('the short side in pixels, or HEIGHTxWIDTH, e.g. 256 or 224x224'),
  crop: imageSize('the side of a square in pixels, or HEIGHTxWIDTH, e.g. 224 or 224x160'),
  format: choice('text', 'json'),
  output: file(),
  threads: integer(1, 1024),
  device: field('auto, cpu, cuda or cuda:N', (value) =>
    typeof value === 'string' && /^(auto|cpu|cuda(:\d{1,4})?)$/.test(value) ? value : undefined,
  ),
  kernel: text('the name of a family of kernels'),
  seed: integer(0, Number.MAX_SAFE_INTEGER),
};

/** Settings of `approxtorch eval`; a configuration file has the same names. */
export const evalSchema = z
  .strictObject({
    ...sharedFields,
    batch: field('a whole number from 1 to 65536, or auto', (value) =>
      value === 'auto' ? value : batchSize().safeParse(value).data,
    ),
    devices: field('all, or numbers of devices separated by commas, e.g. 0,2', parseDevices),
    'save-calibration': file(),
    split: choice('train', 'test'),
    baselines: field('float,exact (or one of them), or none', parseBaselines),
    confusion: flag(),
    'per-class': flag(),
    'save-logits': file(),
    'save-predictions': file(),
    partial: flag(),
  })
  .partial();

export type GivenEval = z.output<typeof evalSchema>;

/** What the settings of any command have in common. */
export type GivenShared = Pick<GivenEval, keyof typeof sharedFields>;

function parseDevices(value: unknown): 'all' | readonly number[] | undefined {
  if (value === 'all') return value;
  const parts = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
  const devices = parts.map((part) => (/^\d{1,4}$/.test(String(part).trim()) ? Number(part) : Number.NaN));
  const valid = devices.length > 0 && devices.every((device) => !Number.isNaN(device));
  return valid && new Set(devices).size === devices.length ? devices : undefined;
}

function parseLayers(value: unknown): { pattern: string; lut: string }[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const layers = value.map((item) => (typeof item === 'string' ? /^([^=]+)=(.+)$/s.exec(item) : null));
  return layers.every((match) => match !== null)
    ? layers.map((match) => ({ pattern: match[1]!, lut: match[2]! }))
    : undefined;
}

function parseQMethod(value: unknown): QMethod | undefined {
  if (typeof value !== 'string') return undefined;
  const [mode, activation, weight, ...rest] = value.split(',');
  if (mode !== 'static' && mode !== 'dynamic') return undefined;
  if (activation !== 'tensor' && (activation !== 'sample' || mode !== 'dynamic')) return undefined;
  if ((weight !== 'tensor' && weight !== 'channel') || rest.length > 0) return undefined;
  return { mode, activation, weight };
}

function parseBaselines(value: unknown): { float: boolean; exact: boolean } | undefined {
  const names = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(names) || names.length === 0) return undefined;
  if (names.length === 1 && names[0] === 'none') return { float: false, exact: false };
  if (!names.every((name) => name === 'float' || name === 'exact')) return undefined;
  return { float: names.includes('float'), exact: names.includes('exact') };
}
