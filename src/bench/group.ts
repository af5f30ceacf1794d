import type { EngineOptions } from '../engine/device.js';
import { macsPerSample } from '../engine/linear_layer.js';
import type { Network } from '../engine/network.js';
import { type ApproximateModel, approximate, exactTwin, openNetwork } from '../eval/approximate.js';
import { hasRangesOfBatches } from '../eval/batch_size.js';
import { calibrate } from '../eval/calibrate.js';
import { LayerNoiseProbe } from '../eval/layer_noise.js';
import { NetworkScorer } from '../eval/scorer.js';
import { exactMultiplier } from '../multiplier/create.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import { formatQMethod } from '../quant/qmethod.js';
import type { Range } from '../quant/qparams.js';
import type { LayerQuality } from '../report/bench/results.js';
import type { Content } from './cache.js';
import type { BenchHooks, ModelContext } from './model_context.js';
import { type PassOptions, type PassResult, runPass } from './pass.js';
import type { SuiteAssignment, SuiteQuantization } from './suite/suite.js';

/** Samples for the layers' SQNR. */
const PROBE_SAMPLES = 32;

/** Noise of one layer, by the table that it computes with. */
export interface LayerNoiseResult extends Omit<LayerQuality, 'multiplier'> {
  /** Hash of its table; null: it stayed float. */
  readonly table: string | null;
}

/** One layer alone approximate. */
export interface LayerPass {
  readonly layer: string;
  /** Multiply-accumulates per sample. */
  readonly macs: number;
  readonly pass: PassResult;
}

/** Operand types and width that the multipliers of a group share. */
export type OperandKind = Pick<Multiplier, 'activation' | 'weight' | 'bits'>;

/** What entries share that differ in the multiplier alone. */
export interface GroupParts {
  readonly context: ModelContext;
  readonly quantization: SuiteQuantization;
  readonly assignment: SuiteAssignment;
  /** Tables that the assignment names, by pattern; float where null. */
  readonly tables: readonly { readonly pattern: string; readonly multiplier: Multiplier | 'float' }[];
  readonly operands: OperandKind;
  readonly engine: EngineOptions;
}

/**
 * A quantized network into which multipliers of one operand kind are put in turn: calibrated once, its plan built
 * once. Nothing is computed before the first pass.
 */
export class Group {
  readonly #parts: GroupParts;
  readonly #hooks: BenchHooks;
  readonly #uncalibrated: ApproximateModel;
  #calibrated: Promise<ApproximateModel> | undefined;
  #network: Promise<Network> | undefined;
  #probe: Promise<LayerNoiseProbe> | undefined;

  private constructor(parts: GroupParts, uncalibrated: ApproximateModel, hooks: BenchHooks) {
    this.#parts = parts;
    this.#uncalibrated = uncalibrated;
    this.#hooks = hooks;
  }

  /** @throws UserError where the layers or widths do not fit */
  static async open(parts: GroupParts, hooks: BenchHooks): Promise<Group> {
    const { context, quantization, assignment, tables, operands } = parts;
    const uncalibrated = await approximate(context.model, placeholder(operands), {
      ...quantization,
      ...assignment,
      batch: context.bound.batch,
      sizes: context.sizes,
      layers: tables,
    });
    return new Group(parts, uncalibrated, hooks);
  }

  /** The layers, in the order of the network. */
  get assignments(): ApproximateModel['assignments'] {
    return this.#uncalibrated.assignments;
  }

  /** The tables in the slots, for a main multiplier. */
  multipliers(main: Multiplier): readonly Multiplier[] {
    return [main, ...this.#uncalibrated.multipliers.slice(1)];
  }

  /** Multiply-accumulates per sample of each layer, by node name. */
  get macs(): ReadonlyMap<string, number> {
    const { assignments, bound } = this.#uncalibrated;
    return new Map(
      assignments.map(({ node, layer }) => [
        node.name,
        layer === null ? 0 : macsPerSample(layer, bound.batch),
      ]),
    );
  }

  /** What decides the results of this group, less the main multiplier. */
  async content(): Promise<Content> {
    const { context, quantization, assignment, tables, operands } = this.#parts;
    const {
      qmethod,
      activationBits,
      weightBits,
      fullRange,
      padding,
      calibrator,
      calibrate: count,
    } = quantization;
    const { skipFirst, skipLast, convOnly } = assignment;
    const own = this.#ownRanges;
    const calibration = this.#needsCalibration(own)
      ? {
          calibrator,
          samples: (await context.calibrationSamples(count, this.#hooks)).sha256,
          own: own.size > 0,
        }
      : null;
    return {
      ...context.content,
      operands: [operands.activation, operands.weight, operands.bits],
      quantization: [formatQMethod(qmethod), activationBits, weightBits, fullRange, padding],
      calibration,
      layers: [skipFirst, skipLast, convOnly],
      tables: tables.map(({ pattern, multiplier }) => [
        pattern,
        multiplier === 'float' ? 'float' : multiplier.sha256,
      ]),
      batch: hasRangesOfBatches(qmethod) ? context.bound.batch : null,
    };
  }

  /** The network with exact multipliers of the same operands in every layer. */
  async exactPass(options: PassOptions): Promise<PassResult> {
    const network = await this.#open();
    const { multipliers } = await this.#calibrate();
    multipliers.forEach((multiplier, slot) => {
      network.setMultiplier(slot, exactTwin(multiplier));
    });
    return this.#run(network, options);
  }

  /** The network with a multiplier in its layers. */
  async approximatePass(main: Multiplier, options: PassOptions): Promise<PassResult> {
    const network = await this.#open();
    this.multipliers(main).forEach((multiplier, slot) => {
      network.setMultiplier(slot, multiplier);
    });
    return this.#run(network, options);
  }

  /** How much noise a multiplier adds in each layer, on the first samples. */
  async layerNoise(main: Multiplier): Promise<LayerNoiseResult[]> {
    const multipliers = this.multipliers(main);
    const noise = await this.#measureNoise(multipliers);
    const macs = this.macs;
    return this.assignments.map(({ node, slot }) => ({
      layer: node.name,
      op: node.op,
      macs: macs.get(node.name) ?? 0,
      table: slot === null ? null : multipliers[slot]!.sha256,
      sqnr: noise.get(node.name)?.exact ?? null,
      sqnrFloat: noise.get(node.name)?.float ?? null,
    }));
  }

  /**
   * Each approximate layer alone computing with its multiplier, all others exactly.
   * @param keep gives the result for a layer: one that is known, or what it has computed
   */
  async sensitivityPasses(
    main: Multiplier,
    keep: (layer: string, compute: (options: PassOptions) => Promise<PassResult>) => Promise<PassResult>,
  ): Promise<readonly LayerPass[]> {
    const approximated = this.assignments.filter(({ slot }) => slot !== null);
    const tables = this.multipliers(main);
    const own = approximated.map(({ slot }) => tables[slot!]!);
    let opened: Promise<Network> | undefined;
    const macs = this.macs;
    const passes: LayerPass[] = [];
    for (const [slot, { node }] of approximated.entries()) {
      const pass = await keep(node.name, async (options) => {
        opened ??= this.#openAlone(own);
        const network = await opened;
        network.setMultiplier(slot, own[slot]!);
        const result = await this.#run(network, options);
        network.setMultiplier(slot, exactTwin(own[slot]!));
        return result;
      });
      passes.push({ layer: node.name, macs: macs.get(node.name) ?? 0, pass });
    }
    await (await opened)?.release();
    return passes;
  }

  /** The network with exact multipliers and a slot for each approximate layer. */
  async #openAlone(multipliers: readonly Multiplier[]): Promise<Network> {
    const calibrated = await this.#calibrate();
    let slots = 0;
    const assignments = calibrated.assignments.map((assignment) =>
      assignment.slot === null ? assignment : { ...assignment, slot: slots++ },
    );
    return openNetwork({ ...calibrated, assignments, multipliers }, 'exact', this.#parts.engine);
  }

  async release(): Promise<void> {
    // What could not be opened is nothing to release.
    await (await this.#network?.catch(() => undefined))?.release();
    await (await this.#probe?.catch(() => undefined))?.release();
  }

  /** Ranges that a retrained model brings along. */
  get #ownRanges(): ReadonlyMap<string, Range> {
    const { context, quantization } = this.#parts;
    const { ranges } = context.tuned?.approximation ?? {};
    return quantization.ownRanges && ranges !== undefined ? ranges : new Map();
  }

  /** Whether the input of an approximate layer has no range of its own. */
  #needsCalibration(own: ReadonlyMap<string, Range>): boolean {
    if (this.#parts.quantization.qmethod.mode === 'dynamic') return false;
    return this.assignments.some(({ layer, slot }) => slot !== null && !own.has(layer.input));
  }

  #calibrate(): Promise<ApproximateModel> {
    this.#calibrated ??= this.#calibrateOnce();
    return this.#calibrated;
  }

  async #calibrateOnce(): Promise<ApproximateModel> {
    const model = this.#uncalibrated;
    const { context, quantization, engine } = this.#parts;
    if (quantization.qmethod.mode === 'dynamic') return model;
    const own = this.#ownRanges;
    if (!this.#needsCalibration(own)) return { ...model, ranges: own };
    const samples = await context.calibrationSamples(quantization.calibrate, this.#hooks);
    const { signal } = this.#hooks;
    const calibrated = await calibrate(model, samples, {
      ...engine,
      calibrator: quantization.calibrator,
      signal,
    });
    return { ...calibrated, ranges: new Map([...calibrated.ranges, ...own]) };
  }

  #open(): Promise<Network> {
    this.#network ??= this.#calibrate().then((model) => openNetwork(model, 'exact', this.#parts.engine));
    return this.#network;
  }

  async #run(network: Network, options: PassOptions): Promise<PassResult> {
    const { bound } = this.#uncalibrated;
    const stop = () => network.cancel();
    options.signal?.addEventListener('abort', stop);
    try {
      return await runPass(bound, this.#parts.context.samples, new NetworkScorer(bound, [network]), options);
    } finally {
      options.signal?.removeEventListener('abort', stop);
    }
  }

  async #measureNoise(multipliers: readonly Multiplier[]) {
    this.#probe ??= this.#calibrate().then((model) => LayerNoiseProbe.open(model, this.#parts.engine));
    const probe = await this.#probe;
    probe.use(multipliers);
    let left = PROBE_SAMPLES;
    for await (const { input, count } of this.#parts.context.samples) {
      const taken = Math.min(left, count);
      await probe.add(input.subarray(0, (input.length / count) * taken), taken);
      left -= taken;
      if (left === 0) break;
    }
    return probe.result();
  }
}

/** Stands for the main multiplier, and is never taken for a table of single layers. */
function placeholder({ activation, weight, bits }: OperandKind): Multiplier {
  return { ...exactMultiplier(activation, weight, bits), name: 'main', sha256: 'main' };
}
