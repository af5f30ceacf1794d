import type { Multiplier } from '../multiplier/multiplier.js';
import { encodeSegment } from '../onnx/encode.js';
import type { Graph, Node } from '../onnx/graph.js';
import { InterruptedError, UserError } from '../util/errors.js';
import { loadAddon, type NativePlan, type OpTime } from './addon.js';
import { createPlan, engineError } from './create_plan.js';
import { CPU, type Device, deviceName, type EngineOptions } from './device.js';
import type { LinearLayer } from './linear_layer.js';
import type { Approximation } from './lower/approximation.js';
import { lowerGraph } from './lower/lower_graph.js';
import { engineTable } from './lut_table.js';
import { floatTensor, type HostTensor, type OrtSession, openSession } from './onnxruntime.js';
import { opTypesOf } from './op_types.js';
import { cutSegments, type Segment } from './segments.js';

/** What a network computes, and how. */
export interface NetworkOptions extends EngineOptions {
  /** Values to return besides the graph's outputs. */
  readonly observe?: readonly string[];
  /** Approximate layers with their LUT slots; all others compute in float32. */
  readonly layers?: ReadonlyMap<LinearLayer, number>;
  readonly approximation?: Approximation;
}

type Step =
  | { readonly segment: Segment; readonly plan: NativePlan }
  | { readonly segment: Segment; readonly session: OrtSession };

/** A graph, bound to a batch size, ready to run. */
export class Network {
  readonly #graph: Graph;
  readonly #steps: readonly Step[];
  readonly #wanted: readonly string[];
  readonly #device: Device;
  readonly #luts = new Map<number, string>();
  #cancelled = false;
  /** Wall time of the steps that no device counts. */
  #hostSeconds = 0;

  private constructor(graph: Graph, steps: readonly Step[], wanted: readonly string[], device: Device) {
    this.#graph = graph;
    this.#steps = steps;
    this.#wanted = wanted;
    this.#device = device;
  }

  /** Builds the plans and opens the sessions. The graph's shapes must be known. */
  static async create(graph: Graph, options: NetworkOptions): Promise<Network> {
    const { device = CPU, kernel } = options;
    loadAddon().setThreads(options.threads);
    const wanted = [...new Set([...graph.outputs.map((output) => output.name), ...(options.observe ?? [])])];
    const steps: Step[] = [];
    const segments = cutSegments(graph, wanted, opTypesOf(device));
    for (const { node } of options.layers?.keys() ?? []) {
      if (segments.some((segment) => segment.native && segment.nodes.includes(node))) continue;
      throw new UserError(
        `${node.name} (${node.op}) cannot be approximated on ${deviceName(device)}, whose engine lacks an op for it; use --device cpu`,
      );
    }
    try {
      for (const segment of segments) {
        if (segment.native) {
          const layers = new Map(
            [...(options.layers ?? [])].filter(([layer]) => segment.nodes.includes(layer.node)),
          );
          const plan = lowerGraph({ graph, ...segment, layers, approximation: options.approximation });
          steps.push({ segment, plan: createPlan(plan, { device, kernel }) });
        } else {
          const model = encodeSegment(graph, segment.nodes, segment.inputs, segment.outputs);
          const what = segment.nodes.map((node) => `${node.name} (${node.op})`).join(', ');
          steps.push({ segment, session: await openSession(model, options.threads, what) });
        }
      }
    } catch (error) {
      await releaseSteps(steps);
      throw error;
    }
    return new Network(graph, steps, wanted, device);
  }

  /** Nodes that run through onnxruntime. */
  get fallbackNodes(): readonly Node[] {
    return this.#steps.flatMap((step) => ('session' in step ? step.segment.nodes : []));
  }

  get #onCuda(): boolean {
    return this.#device.kind === 'cuda';
  }

  /** Runs that may be under way at the same time. */
  get mostRuns(): number {
    return this.#onCuda && this.#steps.every((step) => 'plan' in step) ? 2 : 1;
  }

  /** Time that all runs took: on CUDA that of the device, which does not count what it waits for. */
  get seconds(): number {
    if (!this.#onCuda) return this.#hostSeconds;
    return this.profile().reduce((sum, op) => sum + op.seconds, this.#hostSeconds);
  }

  /** Puts a multiplier into a slot of the built plans; the same one again costs nothing. */
  setMultiplier(slot: number, multiplier: Multiplier): void {
    if (this.#luts.get(slot) === multiplier.sha256) return;
    const lut = loadAddon().createLut(engineTable(multiplier));
    try {
      for (const step of this.#steps) if ('plan' in step) step.plan.setLut(slot, lut);
    } catch (error) {
      throw engineError(error, this.#device);
    }
    this.#luts.set(slot, multiplier.sha256);
  }

  /**
   * Runs one batch; of a plan on CUDA, up to `mostRuns` at a time.
   * @param inputs float32 values of the graph's inputs, by name, in their bound shapes
   * @returns the graph's outputs and the observed values, by name
   * @throws InterruptedError after `cancel`
   */
  async run(inputs: ReadonlyMap<string, Float32Array>): Promise<ReadonlyMap<string, Float32Array>> {
    const values = new Map<string, Float32Array | HostTensor>(inputs);
    for (const step of this.#steps) {
      if (this.#cancelled) throw new InterruptedError();
      const { segment } = step;
      const started = performance.now();
      if ('plan' in step) {
        const arrays = segment.inputs.map((name) => asFloats(values.get(name), name));
        const results = await this.#runPlan(step.plan, arrays);
        segment.outputs.forEach((name, i) => {
          values.set(name, results[i]);
        });
      } else {
        const feeds: Record<string, HostTensor> = {};
        for (const name of segment.inputs) feeds[name] = this.#asTensor(values.get(name), name);
        const results = await step.session.run(feeds);
        for (const name of segment.outputs) values.set(name, results[name]);
      }
      if (!this.#onCuda || 'session' in step) this.#hostSeconds += (performance.now() - started) / 1000;
    }
    return new Map(this.#wanted.map((name) => [name, asFloats(values.get(name), name)]));
  }

  /** Ends a run in progress after the current op. */
  cancel(): void {
    this.#cancelled = true;
    for (const step of this.#steps) {
      if ('plan' in step) step.plan.cancel();
      else step.session.cancel();
    }
  }

  /** Time spent in each native op so far. */
  profile(): OpTime[] {
    return this.#steps.flatMap((step) => ('plan' in step ? step.plan.profile() : []));
  }

  async release(): Promise<void> {
    await releaseSteps(this.#steps);
  }

  async #runPlan(plan: NativePlan, inputs: readonly Float32Array[]): Promise<Float32Array[]> {
    try {
      return await plan.run(inputs);
    } catch (error) {
      throw this.#cancelled ? new InterruptedError() : engineError(error, this.#device);
    }
  }

  #asTensor(value: Float32Array | HostTensor | undefined, name: string): HostTensor {
    if (value !== undefined && !(value instanceof Float32Array)) return value;
    const shape = this.#graph.values.get(name)?.shape;
    if (shape === undefined) throw new Error(`the shape of '${name}' is not known`);
    return floatTensor(asFloats(value, name), shape);
  }
}

/** Memory of a device is not what a garbage collection is for. */
async function releaseSteps(steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if ('plan' in step) step.plan.release();
    else await step.session.release();
  }
}

function asFloats(value: Float32Array | HostTensor | undefined, name: string): Float32Array {
  if (value instanceof Float32Array) return value;
  if (value?.data instanceof Float32Array) return value.data;
  throw new Error(`value '${name}' is ${value === undefined ? 'missing' : value.type}, expected float32`);
}
