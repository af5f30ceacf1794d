import { type Command, Option } from 'commander';
import { defaults } from '../eval/defaults.js';

const { qmethod } = defaults;

/** Flags of `eval` and its help, in groups. Values are checked by config/schema.ts, not here. */
export function addEvalOptions(command: Command): void {
  command
    .usage('[options] <model.onnx>')
    .description(
      'Prints the accuracy that a network keeps when every multiplication in its\n' +
        'convolutions and dense layers is done by the multiplier that a look-up table\n' +
        '(LUT) describes, beside that of the float network and of exact integers.',
    )
    .argument('[model.onnx]', 'the float32 network');

  command
    .optionsGroup('Multiplier:')
    .option(
      '--lut <file>',
      'table of all products as text, a row per activation, a column per weight; or "exact"',
    )
    .option(
      '--lut-type <type>',
      `operands: auto, int8, uint8, or activation x weight as int8xuint8, uint8xint8 (default: ${defaults.lutType})`,
    )
    .option(
      '--lut-order <order>',
      'aw: a row is an activation; wa: a row is a weight (default: aw, with a warning where it matters)',
    );

  command
    .optionsGroup('Layers:')
    .option(
      '--layer <pattern=lut>',
      'another LUT, or "float", for nodes whose name matches ("*" is any text); may be repeated, the last match counts',
      (value: string, previous: string[] | undefined) => [...(previous ?? []), value],
    )
    .option('--skip-first', 'leave the first layer in float')
    .option('--skip-last', 'leave the last layer in float')
    .option('--conv-only', 'leave dense layers in float');

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
    .option('--save-calibration <file>', 'write the ranges found')
    .option('--calibration <file>', 'use ranges saved before');

  command
    .optionsGroup('Data:')
    .option(
      '--data <spec>',
      'IDX (MNIST) or CIFAR folder, image folder, .npy pair, .npz, or "synthetic-digits" (default: what the model names, else random inputs)',
    )
    .option('--split <name>', 'train or test (default: test)')
    .option('--limit <n>', 'only the first n samples')
    .option('--batch <n>', `samples at a time (default: ${defaults.batch})`)
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

  command
    .optionsGroup('Report:')
    .option('--baselines <list>', 'compare with: float,exact or one of them, or none (default: float,exact)')
    .option('--confusion', 'add the confusion matrix')
    .option('--per-class', 'add the accuracy of each class')
    .option('--format <format>', 'text or json (default: text)')
    .option('--output <file>', 'write the report to a file instead of stdout')
    .option('--save-logits <file>', '.npy of the approximate network, float32 [samples, classes]')
    .option('--save-predictions <file>', '.csv of labels and predictions')
    .option('--partial', 'when interrupted, report what was evaluated so far');

  command
    .optionsGroup('Run:')
    .option('--threads <n>', 'threads (default: all; environment: APPROXTORCH_THREADS)')
    .option(
      '--device <device>',
      `auto, cpu or cuda[:n] (default: ${defaults.device}; environment: APPROXTORCH_DEVICE)`,
    )
    .option('--seed <n>', `of random inputs (default: ${defaults.seed})`)
    .option('--config <file>', 'YAML or JSON with any of these settings, named as the flags are')
    .addOption(new Option('--no-color', 'plain text'))
    .option('-q, --quiet', 'errors only on stderr: no progress, notes or warnings')
    .addHelpOption(new Option('-h, --help', 'print this help').helpGroup('Run:'))
    .addHelpText('after', examples);
}

const examples = `
Flags come before environment variables, those before the configuration file.

Examples:
  approxtorch eval lenet.onnx --lut mul8s_1L2H.txt --data mnist/
  approxtorch eval net.onnx --lut mult.txt --data cifar-10-batches-bin/ \\
      --preprocess cifar10 --skip-first --layer 'fc*=float'
  approxtorch eval net.onnx --lut mult.txt --data val/ --preprocess imagenet \\
      --limit 1000 --format json --output result.json`;
