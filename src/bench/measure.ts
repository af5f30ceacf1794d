import type { Multiplier } from '../multiplier/multiplier.js';
import type { BenchDataset, BenchModel } from '../report/bench/results.js';
import { InterruptedError, messageOf, UserError } from '../util/errors.js';
import { type Content, contentKey, type ResultCache } from './cache.js';
import { describeDataset, describeModel } from './describe.js';
import { Group, type LayerNoiseResult, type LayerPass } from './group.js';
import { type BenchHooks, ModelContext } from './model_context.js';
import type { PassOptions, PassResult } from './pass.js';
import { retrain, trainingContent } from './retrain.js';
import type { PlannedEntry } from './suite/expand.js';
import type { TableStore } from './tables.js';

/** What was measured of an entry, before names, gates and baselines. */
export interface Measured {
  /** SHA-256 of everything that decides the result. */
  readonly key: string;
  /** Nothing had to be computed. */
  readonly cached: boolean;
  readonly multiplier: Multiplier;
  /** Other tables that took part. */
  readonly others: readonly Multiplier[];
  readonly model: BenchModel;
  readonly dataset: BenchDataset;
  readonly float: PassResult | null;
  readonly exact: PassResult | null;
  readonly approx: PassResult;
  readonly tuned: PassResult | null;
  readonly noise: readonly LayerNoiseResult[];
  /** null: not asked for, or there is nothing to compare with. */
  readonly sensitivity: readonly LayerPass[] | null;
  /** Of the computations that were not cached. */
  readonly seconds: number;
}

/** How an entry ended. */
export type Outcome =
  | { readonly entry: PlannedEntry; readonly measured: Measured }
  | { readonly entry: PlannedEntry; readonly error: string };

export interface MeasureOptions extends BenchHooks {
  readonly threads: number;
  readonly cache: ResultCache;
  readonly tables: TableStore;
  onProgress?(entry: PlannedEntry, phase: string, done: number, total: number): void;
}

/**
 * Measures entries one after the other; neighbours share model, images, calibration and plan. An entry that fails
 * does not stop the others.
 * @throws InterruptedError when the signal is aborted
 */
export async function* measureEntries(
  entries: readonly PlannedEntry[],
  options: MeasureOptions,
): AsyncGenerator<Outcome, void, void> {
  const workplace = new Workplace(options);
  try {
    for (const entry of entries) {
      try {
        yield { entry, measured: await workplace.measure(entry) };
      } catch (error) {
        if (error instanceof InterruptedError) throw error;
        // Nobody wants to lose a night's results to a bug in one of them.
        const bug = error instanceof UserError ? '' : 'this is a bug, please report it: ';
        yield { entry, error: `${bug}${messageOf(error)}` };
      }
    }
  } finally {
    if (!options.signal?.aborted) await workplace.release();
  }
}

/**
 * Keeps what entries share: the last model, and its groups of one quantization and assignment. Entries come in that
 * order, and networks are large.
 */
class Workplace {
  readonly #options: MeasureOptions;
  #model: { readonly name: string; readonly context: Promise<ModelContext> } | undefined;
  /** Quantization and assignment of the groups. */
  #setting = '';
  readonly #groups = new Map<string, Promise<Group>>();

  constructor(options: MeasureOptions) {
    this.#options = options;
  }

  async measure(entry: PlannedEntry): Promise<Measured> {
    const { cache, tables, threads } = this.#options;
    const context = await this.#context(entry);
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
      ? await run('float', context.content, (options) => context.floatPass(threads, options))
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

  async #context({ model }: PlannedEntry): Promise<ModelContext> {
    if (this.#model?.name !== model.name) {
      await this.release();
      const context = ModelContext.open(model, this.#options);
      context.catch(() => undefined);
      this.#model = { name: model.name, context };
    }
    return this.#model!.context;
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
    const { tables, threads } = this.#options;
    const named = await tables.ofLayers(assignment, multiplier.read);
    return Group.open({ context, quantization, assignment, tables: named, operands, threads }, this.#options);
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
