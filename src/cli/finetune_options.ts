import type { Command } from 'commander';
import { trainDefaults } from '../train/defaults.js';
import {
  addDataSource,
  addLayerOptions,
  addMultiplierOptions,
  addOutputOptions,
  addPreprocessOptions,
  addQuantizationOptions,
  addRunOptions,
  collect,
} from './option_groups.js';

/** Flags of `finetune` and its help, in groups. */
export function addFinetuneOptions(command: Command): void {
  command
    .usage('[options] <model.onnx>')
    .description(
      'Retrains a network with an approximate multiplier in its forward pass, so that\n' +
        'the weights learn to live with it, and writes a float32 model with the same\n' +
        'graph, names, inputs and outputs. Prints the accuracy before and after.',
    )
    .argument('[model.onnx]', 'the float32 network');

  command
    .optionsGroup('Result:')
    .option('-o, --save <file>', 'the retrained model (default: NAME.finetuned.onnx beside the model)');

  addMultiplierOptions(command, '"exact"; or "float" to train without a multiplier');
  addGradientOptions(command);
  addLayerOptions(command);
  addQuantizationOptions(command);
  addRangeOptions(command);

  addDataSource(command, 'what the model names');
  command
    .option('--limit <n>', 'only the first n training images')
    .option(
      '--val-split <x>',
      `share of the training images held out to choose the best epoch by; 0: the last one is written (default: ${trainDefaults.valSplit})`,
    )
    .option(
      '--augment <what>',
      `preset: random crops and flips as the preprocessing preset says; none (default: ${trainDefaults.augment})`,
    );
  addPreprocessOptions(command);

  addTrainingOptions(command);
  addParameterOptions(command);
  addLossOptions(command);

  command
    .optionsGroup('Long runs:')
    .option('--checkpoint <dir>', 'keep the state there: after each epoch, each minute and at Ctrl-C')
    .option('--resume', 'continue from the checkpoint, if there is one')
    .option('--log <file>', 'JSON lines: a record per step and per epoch');

  command.optionsGroup('Report:').option('--plot <file>', 'training curve as .svg');
  addOutputOptions(command);

  addRunOptions(command, 'order, augmentation, held-out images, dropout and --init');
  command.addHelpText('after', notes);
}

function addGradientOptions(command: Command): void {
  command
    .optionsGroup('Gradient of the multiplier:')
    .option(
      '--gradient <how>',
      `ste: as if products were exact; lre: slopes fitted to the table; difference: differences of the smoothed table; table: your own (default: ${trainDefaults.gradient})`,
    )
    .option('--window <h>', `difference: smooth over 2h+1 products (default: ${trainDefaults.window})`)
    .option('--gradient-activation <file>', 'table: derivatives by the activation, laid out as a LUT')
    .option('--gradient-weight <file>', 'table: derivatives by the weight');
}

function addRangeOptions(command: Command): void {
  command
    .option(
      '--ranges <how>',
      `static ranges: track (moving averages) or frozen as calibrated (default: ${trainDefaults.ranges})`,
    )
    .option('--range-momentum <x>', `share of the newest batch (default: ${trainDefaults.rangeMomentum})`)
    .option('--freeze-ranges <n>', 'freeze tracked ranges after n epochs');
}

function addTrainingOptions(command: Command): void {
  const { learningRate, betas } = trainDefaults;
  command
    .optionsGroup('Training:')
    .option('--epochs <n>', `passes over the training images (default: ${trainDefaults.epochs})`)
    .option('--batch <n>', `images at a time (default: ${trainDefaults.batch})`)
    .option(
      '--accumulate <n>',
      `batches whose gradients make one step (default: ${trainDefaults.accumulate})`,
    )
    .option('--optimizer <name>', `sgd, adam or adamw (default: ${trainDefaults.optimizer})`)
    .option(
      '--lr <x>',
      `learning rate at its highest (default: ${learningRate.sgd}; adam and adamw: ${learningRate.adam})`,
    )
    .option(
      '--schedule <name>',
      `constant; step: a tenth after 1/2 and 3/4 of all steps; cosine: down to 0 (default: ${trainDefaults.schedule})`,
    )
    .option('--warmup <epochs>', `rise from 0 over so many epochs (default: ${trainDefaults.warmup})`)
    .option('--momentum <x>', `of sgd (default: ${trainDefaults.momentum})`)
    .option('--nesterov', "Nesterov's momentum")
    .option('--betas <a,b>', `of adam and adamw (default: ${betas.join(',')})`)
    .option(
      '--weight-decay <x>',
      `not on biases and BatchNormalization (default: ${trainDefaults.weightDecay})`,
    )
    .option(
      '--clip-norm <x>',
      `bound of the norm of all gradients together, or none (default: ${trainDefaults.clipNorm})`,
    )
    .option('--ema <x>', 'validate and write a moving average of the weights, of this decay, e.g. 0.999')
    .option('--patience <n>', 'stop after n epochs without a better validation accuracy');
}

function addParameterOptions(command: Command): void {
  command
    .optionsGroup('Parameters:')
    .option(
      '--train-only <pattern>',
      'nodes whose name matches; all others stay as they are; may be repeated',
      collect,
    )
    .option('--bias-only', 'train biases alone')
    .option(
      '--batchnorm <how>',
      `fold: into the layers; freeze: train its scale and bias; train: its statistics too (default: ${trainDefaults.batchNorm}, with --init train)`,
    )
    .option('--init', 'begin with random weights (He), to train from scratch');
}

function addLossOptions(command: Command): void {
  command
    .optionsGroup('Loss:')
    .option(
      '--label-smoothing <x>',
      `share of each label spread over all classes (default: ${trainDefaults.labelSmoothing})`,
    )
    .option(
      '--distill <w[,t]>',
      `add the soft targets of a float teacher with weight w, at temperature t (default of t: ${trainDefaults.temperature})`,
    )
    .option('--teacher <model>', 'another teacher than the given model itself');
}

const notes = `
Flags come before environment variables, those before the configuration file.
Ctrl-C ends the training after the current step, with a checkpoint.

Examples:
  approxtorch finetune lenet.onnx --lut mult.txt --data mnist/ -o tuned.onnx
  approxtorch eval tuned.onnx --lut mult.txt          # the same accuracy again
  approxtorch finetune net.onnx --lut mult.txt --data cifar-10-batches-bin/ \\
      --gradient lre --distill 0.5 --val-split 0.1 --checkpoint run/ --resume`;
