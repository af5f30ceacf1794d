import type { Command } from 'commander';
import { defaults } from '../eval/defaults.js';
import {
  addDataSource,
  addLayerOptions,
  addMultiplierOptions,
  addOutputOptions,
  addPreprocessOptions,
  addQuantizationOptions,
  addRunOptions,
} from './option_groups.js';

/** Flags of `eval` and its help, in groups. */
export function addEvalOptions(command: Command): void {
  command
    .usage('[options] <model.onnx>')
    .description(
      'Prints the accuracy that a network keeps when every multiplication in its\n' +
        'convolutions and dense layers is done by the multiplier that a look-up table\n' +
        '(LUT) describes, beside that of the float network and of exact integers.',
    )
    .argument('[model.onnx]', 'the float32 network');

  addMultiplierOptions(command, '"exact"');
  addLayerOptions(command);
  addQuantizationOptions(command);
  command.option('--save-calibration <file>', 'write the ranges found');

  addDataSource(command, 'what the model names, else random inputs');
  command
    .option('--split <name>', 'train or test (default: test)')
    .option('--limit <n>', 'only the first n samples')
    .option(
      '--batch <n>',
      `samples at a time, or auto: as many as suit the device (default: auto, ${defaults.batch} on the CPU)`,
    );
  addPreprocessOptions(command);

  command
    .optionsGroup('Report:')
    .option('--baselines <list>', 'compare with: float,exact or one of them, or none (default: float,exact)')
    .option('--confusion', 'add the confusion matrix')
    .option('--per-class', 'add the accuracy of each class');
  addOutputOptions(command);
  command
    .option('--save-logits <file>', '.npy of the approximate network, float32 [samples, classes]')
    .option('--save-predictions <file>', '.csv of labels and predictions')
    .option('--partial', 'when interrupted, report what was evaluated so far');

  addRunOptions(command, 'random inputs');
  command.option('--devices <list>', 'CUDA devices that share the samples: all, or e.g. 0,2');
  command.addHelpText('after', notes);
}

const notes = `
Flags come before environment variables, those before the configuration file,
that before the settings which a model written by finetune brings along.

Examples:
  approxtorch eval lenet.onnx --lut mul8s_1L2H.txt --data mnist/
  approxtorch eval net.onnx --lut mult.txt --data cifar-10-batches-bin/ \\
      --preprocess cifar10 --skip-first --layer 'fc*=float'
  approxtorch eval net.onnx --lut mult.txt --data val/ --preprocess imagenet \\
      --limit 1000 --format json --output result.json`;
