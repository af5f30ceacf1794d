import { CPU, type Device, type EngineOptions } from '../engine/device.js';
import { Network } from '../engine/network.js';
import { floatTensor, type OrtSession, openSession } from '../engine/onnxruntime.js';
import { orRelease } from '../util/release.js';
import type { BoundModel } from './model.js';

/** One variant of a model, ready to run. */
export interface Scorer {
  /** Runs that may be under way at the same time. */
  readonly mostRuns: number;
  /** Time that all runs took. */
  readonly seconds: number;
  /** @param input float32 [batch, …] @returns float32 [batch, classes] */
  run(input: Float32Array): Promise<Float32Array>;
  /** Ends the runs that are under way. */
  cancel(): void;
  release(): Promise<void>;
}

/** A network of the engine, or equal ones on several devices that take the batches in turn. */
export class NetworkScorer implements Scorer {
  readonly #bound: BoundModel;
  readonly #networks: readonly Network[];
  #next = 0;

  constructor(bound: BoundModel, networks: readonly Network[]) {
    this.#bound = bound;
    this.#networks = networks;
  }

  static async open(
    bound: BoundModel,
    devices: readonly Device[],
    open: (device: Device) => Promise<Network>,
  ): Promise<NetworkScorer> {
    const networks: Network[] = [];
    return orRelease(new NetworkScorer(bound, networks), async (scorer) => {
      for (const device of devices) networks.push(await open(device));
      return scorer;
    });
  }

  get mostRuns(): number {
    return this.#networks.reduce((sum, { mostRuns }) => sum + mostRuns, 0);
  }

  get seconds(): number {
    return Math.max(...this.#networks.map(({ seconds }) => seconds));
  }

  /** One of the equal networks. */
  get network(): Network {
    return this.#networks[0]!;
  }

  async run(input: Float32Array): Promise<Float32Array> {
    const network = this.#networks[this.#next]!;
    this.#next = (this.#next + 1) % this.#networks.length;
    const { input: given, output } = this.#bound;
    const values = await network.run(new Map([[given.name, input]]));
    return values.get(output.name) as Float32Array;
  }

  cancel(): void {
    for (const network of this.#networks) network.cancel();
  }

  async release(): Promise<void> {
    for (const network of this.#networks) await network.release();
  }
}

/** The file as onnxruntime runs it. */
class SessionScorer implements Scorer {
  readonly mostRuns = 1;
  readonly #session: OrtSession;
  readonly #bound: BoundModel;
  #seconds = 0;

  constructor(session: OrtSession, bound: BoundModel) {
    this.#session = session;
    this.#bound = bound;
  }

  get seconds(): number {
    return this.#seconds;
  }

  async run(input: Float32Array): Promise<Float32Array> {
    const { name, shape } = this.#bound.input;
    const started = performance.now();
    const results = await this.#session.run({ [name]: floatTensor(input, shape) });
    this.#seconds += (performance.now() - started) / 1000;
    return results[this.#bound.output.name].data as Float32Array;
  }

  cancel(): void {
    this.#session.cancel();
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/**
 * The float32 model: on the CPU as onnxruntime runs the file itself, opened by path so that it finds external data; on
 * CUDA the engine's, because onnxruntime here knows the CPU alone.
 */
export async function openFloatBaseline(
  bound: BoundModel,
  { device = CPU, threads }: EngineOptions,
  moreDevices: readonly Device[] = [],
): Promise<Scorer> {
  const { file } = bound.model;
  if (device.kind === 'cpu') return new SessionScorer(await openSession(file, threads, file), bound);
  return NetworkScorer.open(bound, [device, ...moreDevices], (one) =>
    Network.create(bound.graph, { threads, device: one }),
  );
}
