import { engineOf } from '../engine/device.js';
import { hasRangesOfBatches, inFittingBatches } from '../eval/batch_size.js';
import { hasFixedBatch } from '../eval/model.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import { UserError } from '../util/errors.js';
import { type Content, contentKey } from './cache.js';
import { describeDataset, describeModel } from './describe.js';
import { Group } from './group.js';
import type { Measured, MeasureOptions } from './measured.js';
import { ModelContext } from './model_context.js';
import type { PassOptions } from './pass.js';
import { retrain, trainingContent } from './retrain.js';
import type { PlannedEntry } from './suite/expand.js';

/**
 * Keeps what entries share: the last model, and its groups of one quantization and assignment. Entries come in that
 * order, and networks are large.
 */
export class Workplace {
  readonly #options: MeasureOptions;
  #model: { readonly key: string; readonly context: Promise<ModelContext> } | undefined;
  /** Quantization and assignment of the groups. */
  #setting = '';
  readonly #groups = new Map<string, Promise<Group>>();

  constructor(options: MeasureOptions) {
    this.#options = options;
  }

  async measure(entry: PlannedEntry): Promise<Measured> {
    const context = await this.#context(entry);
    if (entry.model.batch !== undefined || hasFixedBatch(context.model)) return this.#measure(entry, context);
    const warn = (message: string) => this.#options.onWarning?.(`${entry.model.name}: ${message}`);
    return inFittingBatches(context.bound.batch, this.#options, warn, async (most) =>
      this.#measure(entry, await this.#context(entry, most)),
    );
  }

  async #measure(entry: PlannedEntry, context: ModelContext): Promise<Measured> {
    const { cache, tables } = this.#options;
    const engine = engineOf(this.#options);
    const multiplier = await tables.load(entry.multiplier.file, entry.multiplier.read);
    const group = await this.#group(entry, context, multiplier);
    const content = await group.content();
    const main = { ...content, table: multiplier.sha256 };
    const timer = new Timer();
    const run = <Result extends object>(
      phase: string,
      what: Content,
      compute: (options: PassOptions) => Promise<Result>,
    ) => timer.add(cache.get({ phase, ...what }, () => compute(this.#passOptions(entry, phase, context))));

    const float = entry.baselines.float
      ? await run('float', context.content, (options) => context.floatPass(engine, options))
      : null;
    const exact = entry.baselines.exact
      ? await run('exact', content, (options) => group.exactPass(options))
      : null;
    const approx = await run('approximate', main, (options) => group.approximatePass(multiplier, options));
    const noise = await run('layers', main, () => group.layerNoise(multiplier));
    // Layers are kept one by one: a network of many takes long.
    const sensitivity =
      entry.sensitivity && entry.baselines.exact
        ? await group.sensitivityPasses(multiplier, (layer, compute) =>
            run('sensitivity', { ...main, layer }, compute),
          )
        : null;
    const retraining =
      entry.finetune === null
        ? null
        : { ...main, training: await trainingContent(entry, context, this.#options) };
    const tuned =
      retraining === null
        ? null
        : await run('retraining', retraining, (options) => retrain(entry, context, this.#options, options));
    return {
      key: contentKey(retraining ?? main),
      cached: timer.cached,
      multiplier,
      others: group.multipliers(multiplier).slice(1),
      model: describeModel(context, group),
      dataset: describeDataset(context),
      float,
      exact,
      approx,
      tuned,
      noise,
      sensitivity,
      seconds: timer.seconds,
    };
  }

  async release(): Promise<void> {
    for (const group of this.#groups.values()) await (await group.catch(() => undefined))?.release();
    this.#groups.clear();
  }

  #passOptions(entry: PlannedEntry, phase: string, { samples }: ModelContext): PassOptions {
    return {
      signal: this.#options.signal,
      onProgress: (done) => this.#options.onProgress?.(entry, phase, done, samples.count),
    };
  }

  /** @param most samples of a batch that fit on the device; undefined: not known yet */
  async #context({ model, quantization }: PlannedEntry, most?: number): Promise<ModelContext> {
    const { qmethod } = quantization;
    const open = model.batch === undefined && this.#options.device?.kind === 'cuda';
    const key = JSON.stringify([model.name, open && hasRangesOfBatches(qmethod)]);
    const known = this.#model?.key === key ? await this.#model.context : undefined;
    if (known !== undefined && known.bound.batch <= (most ?? known.bound.batch)) return known;
    await this.release();
    const context = ModelContext.open({ ...model, batch: most ?? model.batch }, qmethod, this.#options);
    context.catch(() => undefined);
    this.#model = { key, context };
    return context;
  }

  async #group(entry: PlannedEntry, context: ModelContext, main: Multiplier): Promise<Group> {
    const { activation, weight, bits } = main;
    const { quantization, assignment, multiplier } = entry;
    expectWidth(entry, bits);
    // The tables of single layers are read as the multiplier's own is.
    const read = assignment.layers.length === 0 ? null : [multiplier.read.type, multiplier.read.order];
    const setting = JSON.stringify([quantization.name, assignment.name]);
    if (this.#setting !== setting) await this.release();
    this.#setting = setting;
    const key = JSON.stringify([activation, weight, bits, read]);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const opening = this.#openGroup(entry, context, { activation, weight, bits });
    opening.catch(() => undefined);
    this.#groups.set(key, opening);
    return opening;
  }

  async #openGroup(
    { quantization, assignment, multiplier }: PlannedEntry,
    context: ModelContext,
    operands: Pick<Multiplier, 'activation' | 'weight' | 'bits'>,
  ): Promise<Group> {
    const { tables } = this.#options;
    const engine = engineOf(this.#options);
    const named = await tables.ofLayers(assignment, multiplier.read);
    return Group.open({ context, quantization, assignment, tables: named, operands, engine }, this.#options);
  }
}

/** @throws UserError where the codes of the quantization are wider than the multiplier's operands */
function expectWidth({ multiplier, quantization }: PlannedEntry, bits: number): void {
  const { name, activationBits, weightBits } = quantization;
  if (Math.max(activationBits, weightBits) <= bits) return;
  throw new UserError(
    `multiplier ${multiplier.name} takes ${bits}-bit operands, but quantization ${name} has ${activationBits}-bit activations and ${weightBits}-bit weights; give it activation-bits and weight-bits of ${bits} or less`,
  );
}

/** Adds up the time of what was not cached. */
class Timer {
  cached = true;
  seconds = 0;

  async add<Result>(work: Promise<{ readonly result: Result; readonly cached: boolean }>): Promise<Result> {
    const started = performance.now();
    const { result, cached } = await work;
    if (!cached) {
      this.cached = false;
      this.seconds += (performance.now() - started) / 1000;
    }
    return result;
  }
}
