import { type ApproximateModel, slotsOf } from '../eval/approximate.js';
import { defaults } from '../eval/defaults.js';
import { loadModel, type Model, modelOf } from '../eval/model.js';
import { type LoadedMultipliers, loadMultipliers } from '../eval/multipliers.js';
import { imageSizes } from '../eval/samples.js';
import type { GradientTables } from '../multiplier/gradient/gradient_tables.js';
import { encodeModel } from '../onnx/encode.js';
import { UserError } from '../util/errors.js';
import { gradientsOf } from './estimator.js';
import { type FinetuneData, openFinetuneData } from './finetune_data.js';
import { initialValues } from './init.js';
import { type Parameter, trainableParameters } from './plan/parameters.js';
import { positiveScales } from './positive_scales.js';
import type { FinetuneSettings } from './settings.js';
import { withMultipliers } from './tuned_network.js';
import { WriteBack } from './write_back.js';

/** All that is known before anything is computed. */
export interface Prepared {
  /** undefined: --lut float. */
  readonly multipliers: LoadedMultipliers | undefined;
  /** The given file, as an evaluation binds it. */
  readonly given: ApproximateModel;
  /** Likewise what training begins with: the given file, or with --init random weights. */
  readonly initial: ApproximateModel;
  readonly data: FinetuneData;
  readonly start: TrainingStart;
  /** One per multiplier of `start.model`; none for --lut float. */
  readonly gradients: readonly GradientTables[];
  /** Where the loss distils. */
  readonly teacher: Model | undefined;
}

/** What training begins with, as it needs it. */
export interface TrainingStart {
  /** Bound to the training's batch, with Dropout, and BatchNormalization folded or not; without ranges. */
  readonly model: ApproximateModel;
  readonly writeBack: WriteBack;
  readonly parameters: readonly Parameter[];
  /** Runs per step: a model of fixed batch may need more of them. */
  readonly accumulate: number;
  /** Biases that the file has no room for. */
  readonly lost: readonly Parameter[];
}

/** @throws UserError for whatever can be told before the work begins */
export async function prepare(
  settings: FinetuneSettings,
  warn: (message: string) => void,
): Promise<Prepared> {
  const multipliers = settings.lut === 'float' ? undefined : await loadMultipliers(settings, warn);
  const loaded = await loadModel(settings.model);
  const sizes = await imageSizes(settings, loaded);
  const evaluated = (model: Model) =>
    withMultipliers(model, settings, multipliers, { batch: defaults.batch, sizes });
  const given = await evaluated(loaded);
  if (multipliers !== undefined && given.assignments.every(({ slot }) => slot === null)) {
    warn('no layer is approximated; all of them compute in float32');
  }
  const data = await openFinetuneData(settings, given.bound, warn);
  const begin = async (model: Model) => {
    const start = await beginWith(model, settings, multipliers, sizes);
    const positive = settings.batchNorm === 'train' ? withPositiveScales(start) : undefined;
    return positive === undefined ? start : beginWith(positive, settings, multipliers, sizes);
  };
  const start = await begin(loaded);
  if (start.lost.length > 0) {
    const names = start.lost.map(({ node }) => node.name).join(', ');
    warn(`biases of ${names} are not trained: the file adds no constant to each of their outputs`);
  }
  const random = settings.init ? initialised(start, settings) : undefined;
  const { distill, teacher } = settings.loss;
  const approximated = multipliers === undefined ? [] : given.multipliers;
  return {
    ...{ multipliers, given, data },
    initial: random === undefined ? given : await evaluated(random),
    start: random === undefined ? start : await begin(random),
    gradients: await Promise.all(
      approximated.map((multiplier) => gradientsOf(multiplier, settings.gradient)),
    ),
    teacher: distill && (teacher === undefined ? loaded : await loadModel(teacher)),
  };
}

async function beginWith(
  loaded: Model,
  settings: FinetuneSettings,
  multipliers: LoadedMultipliers | undefined,
  sizes: Readonly<Record<number, number>>,
): Promise<TrainingStart> {
  const kept = { batchNorm: settings.batchNorm === 'fold' ? 'fold' : 'keep', dropout: 'keep' } as const;
  const options = { batch: settings.batch, sizes, kept };
  const model = await withMultipliers(loaded, settings, multipliers, options);
  const { graph } = model.bound;
  const writeBack = await WriteBack.create(model.bound, kept);
  const wanted = trainableParameters(graph, settings);
  const parameters = writeBack.writable(wanted);
  if (settings.batchNorm === 'train') {
    for (const node of graph.nodes.filter(({ op, domain }) => op === 'BatchNormalization' && domain === '')) {
      for (const name of node.inputs.slice(3)) writeBack.checkDirect(name, node);
    }
  }
  return {
    ...{ model, writeBack, parameters },
    accumulate: Math.max(1, Math.round((settings.batch * settings.accumulate) / model.bound.batch)),
    lost: wanted.filter((one) => !parameters.includes(one)),
  };
}

/** The same function with other signs; undefined where the model's will do. */
function withPositiveScales({ model, writeBack, parameters }: TrainingStart): Model | undefined {
  const { graph, model: given } = model.bound;
  const approximate = [...slotsOf(model.assignments).keys()].map(({ node }) => node);
  const values = positiveScales(graph, approximate, parameters);
  return values.size === 0 ? undefined : modelOf(encodeModel(writeBack.write(values)), given.file);
}

/** The model with random weights, as if it had been given. */
function initialised({ model, writeBack, parameters }: TrainingStart, settings: FinetuneSettings): Model {
  const { graph, model: given } = model.bound;
  if (settings.batchNorm !== 'train' && given.graph.nodes.some(({ op }) => op === 'BatchNormalization')) {
    throw new UserError(`--init: ${given.file} has BatchNormalization nodes, which need --batchnorm train`);
  }
  const values = initialValues(graph, parameters, settings.seed);
  return modelOf(encodeModel(writeBack.write(values)), given.file);
}
