import { type Command, Option } from 'commander';
import { defaults } from '../eval/defaults.js';

/*
 * Flags that several commands take, in the groups of their help. Values are checked by config/, not here. What a
 * command words in its own way is a parameter.
 */

/** Gathers what a repeated flag is given. */
export const collect = (value: string, previous: string[] | undefined) => [...(previous ?? []), value];

export function addMultiplierOptions(command: Command, words: string): void {
  command
    .optionsGroup('Multiplier:')
    .option(
      '--lut <file>',
      `table of all products: text, .npy, raw .bin or C array, a row per activation; or ${words}`,
    )
    .option(
      '--lut-type <type>',
      `operands: auto, int8, uint8, or activation x weight as int8xuint8, uint8xint8 (default: ${defaults.lutType})`,
    )
    .option(
      '--lut-order <order>',
      'aw: a row is an activation; wa: a row is a weight (default: aw, with a warning where it matters)',
    );
}

export function addLayerOptions(command: Command): void {
  command
    .optionsGroup('Layers:')
    .option(
      '--layer <pattern=lut>',
      'another LUT, or "float", for nodes whose name matches ("*" is any text); may be repeated, the last match counts',
      collect,
    )
    .option('--skip-first', 'leave the first layer in float')
    .option('--skip-last', 'leave the last layer in float')
    .option('--conv-only', 'leave dense layers in float');
}

export function addQuantizationOptions(command: Command): void {
  const { qmethod } = defaults;
  command
    .optionsGroup('Quantization:')
    .option(
      '--qmethod <m,a,w>',
      `ranges: static or dynamic, then of activations per tensor or sample, then of weights per tensor or channel (default: ${qmethod.mode},${qmethod.activation},${qmethod.weight})`,
    )
    .option('--activation-bits <b>', `2 to 8 (default: ${defaults.bits})`)
    .option('--weight-bits <b>', `2 to 8 (default: ${defaults.bits})`)
    .option('--full-range', 'let int8 codes reach -128')
    .option(
      '--padding <how>',
      `padded taps: lookup (they are multiplied too) or skip (default: ${defaults.padding})`,
    )
    .option('--calibrator <name>', `minmax, percentile, mse or entropy (default: ${defaults.calibrator})`)
    .option(
      '--calibrate <n>',
      `samples to calibrate on, of the train split if there is one (default: ${defaults.calibrate})`,
    )
    .option('--calibration <file>', 'use ranges saved before');
}

/** @param fallback what is taken where --data is not given. */
export function addDataSource(command: Command, fallback: string): void {
  command
    .optionsGroup('Data:')
    .option(
      '--data <spec>',
      `IDX (MNIST) or CIFAR folder, image folder, .npy pair, .npz, or "synthetic-digits" (default: ${fallback})`,
    );
}

export function addPreprocessOptions(command: Command): void {
  command
    .option(
      '--preprocess <name>',
      'preset (mnist, cifar10, imagenet) or file; the next six replace single values of it',
    )
    .option('--scale <x>', 'factor of the stored values, e.g. 0.00392157')
    .option('--mean <a,b,c>', 'subtracted then, per channel')
    .option('--std <a,b,c>', 'divided by at last, per channel')
    .option('--layout <order>', 'nchw or nhwc')
    .option('--resize <size>', 'short side in pixels, or HEIGHTxWIDTH')
    .option('--crop <size>', 'of the centre: side in pixels, or HEIGHTxWIDTH');
}

export function addOutputOptions(command: Command): void {
  command
    .option('--format <format>', 'text or json (default: text)')
    .option('--output <file>', 'write the report to a file instead of stdout');
}

/** @param seeded what --seed decides. */
export function addRunOptions(command: Command, seeded: string): void {
  command
    .optionsGroup('Run:')
    .option('--threads <n>', 'threads (default: all; environment: APPROXTORCH_THREADS)')
    .option(
      '--device <device>',
      `auto, cpu or cuda[:n] (default: ${defaults.device}; environment: APPROXTORCH_DEVICE)`,
    )
    .option('--kernel <name>', 'use one family of LUT-GEMM kernels of CUDA for all layers')
    .option('--seed <n>', `of ${seeded} (default: ${defaults.seed})`)
    .option('--config <file>', 'YAML or JSON with any of these settings, named as the flags are')
    .addOption(new Option('--no-color', 'plain text'))
    .option('-q, --quiet', 'errors only on stderr: no progress, notes or warnings')
    .addHelpOption(new Option('-h, --help', 'print this help').helpGroup('Run:'));
}
