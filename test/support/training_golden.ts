import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isExact, type LinearLayer, linearLayers } from '../../src/engine/linear_layer.js';
import { exactMultiplier, tabulate } from '../../src/multiplier/create.js';
import { loadMultiplier } from '../../src/multiplier/load.js';
import type { Multiplier, OperandType } from '../../src/multiplier/multiplier.js';
import { operandPair } from '../../src/multiplier/operand_pair.js';
import type { Attribute, Graph } from '../../src/onnx/graph.js';
import { loadModel } from '../../src/onnx/load.js';
import { optimize } from '../../src/onnx/passes/optimize.js';
import type { QMethod } from '../../src/quant/qparams.js';
import { gradientsOf } from '../../src/train/estimator.js';
import { trainableParameters } from '../../src/train/plan/parameters.js';
import { TrainingNetwork, type TrainingStep } from '../../src/train/plan/training_network.js';
import type { GradientSettings, LossSettings, OptimizerSettings } from '../../src/train/settings.js';
import { packagePath } from '../../src/util/paths.js';
import { f32, i64, modelBytes, node } from './onnx_builder.js';

interface Stored {
  readonly shape: readonly number[];
  /** In floats. */
  readonly offset: number;
}

/** A file of test/fixtures/training, as test/training_goldens/generate.py writes it. */
interface GoldenFile {
  /** Shape of 'image'. */
  readonly input: readonly number[];
  readonly nodes: readonly {
    readonly op: string;
    readonly name: string;
    readonly inputs: readonly string[];
    readonly output: string;
    readonly attributes: Readonly<Record<string, Attribute>>;
  }[];
  readonly tensors: Readonly<Record<string, Stored>>;
  readonly integers: Readonly<Record<string, readonly number[]>>;
  readonly approximation: {
    readonly qmethod: QMethod;
    readonly activationBits: number;
    readonly weightBits: number;
    readonly padding: 'lookup' | 'skip';
    /** 'exact', 'skewed' or a file of luts/. */
    readonly multiplier: string;
    readonly operands: readonly [OperandType, OperandType];
    readonly gradient: GradientSettings['estimator'];
    readonly exactLayers: readonly string[];
  } | null;
  readonly batchNorm: 'freeze' | 'train';
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  /** null: frozen or dynamic. */
  readonly rangeMomentum: number | null;
  readonly loss: LossSettings;
  readonly optimizer: Omit<OptimizerSettings, 'clipNorm'> & { readonly clipNorm: number | null };
  readonly learningRates: readonly number[];
  readonly accumulate: number;
  readonly ema: number | null;
  /** Runs take them in turn. */
  readonly batches: readonly {
    readonly images: Stored;
    readonly labels: readonly number[];
    readonly teacher: Stored | null;
  }[];
  readonly runs: readonly {
    readonly loss: number;
    readonly gradientNorm: number;
    readonly correct: number;
  }[];
  /** By the names of `TrainingNetwork.states`. */
  readonly final: Readonly<Record<string, Stored>>;
}

/** What PyTorch computed, and how to compute it here. */
export class TrainingGolden {
  readonly file: GoldenFile;
  readonly #values: Float32Array;

  constructor(name: string) {
    const path = join(packagePath('test', 'fixtures', 'training'), name);
    this.file = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
    const bytes = readFileSync(`${path}.f32`);
    this.#values = Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  }

  values({ shape, offset }: Stored): Float32Array {
    return this.#values.slice(offset, offset + shape.reduce((a, b) => a * b, 1));
  }

  /** All states that PyTorch has, at the end. */
  final(): Map<string, Float32Array> {
    return new Map(Object.entries(this.file.final).map(([key, stored]) => [key, this.values(stored)]));
  }

  /** The runs in order. */
  steps(): TrainingStep[] {
    const { runs, batches, accumulate, learningRates, rangeMomentum } = this.file;
    return runs.map((_, run) => {
      const { images, labels, teacher } = batches[run % batches.length];
      const step = Math.floor(run / accumulate);
      return {
        images: this.values(images),
        labels: Int32Array.from(labels),
        teacher: teacher === null ? undefined : this.values(teacher),
        learningRate: learningRates[step],
        rangeMomentum: rangeMomentum ?? 0,
        step: step + 1,
        position: run % accumulate,
      };
    });
  }

  async network(threads: number): Promise<TrainingNetwork> {
    const { file } = this;
    const graph = await this.#graph();
    const multiplier = await this.#multiplier();
    const network = TrainingNetwork.create({
      graph,
      inputName: 'image',
      outputName: graph.outputs[0].name,
      batch: file.input[0],
      layers: this.#layers(graph),
      approximation: file.approximation
        ? {
            ...file.approximation,
            fullRange: false,
            slots: [multiplier],
            ranges: new Map(Object.entries(file.ranges).map(([name, [min, max]]) => [name, { min, max }])),
          }
        : undefined,
      gradients: [await gradientsOf(multiplier, { estimator: file.approximation?.gradient ?? 'ste' })],
      parameters: trainableParameters(graph, { trainOnly: [], biasOnly: false }),
      batchNorm: file.batchNorm,
      ranges: file.rangeMomentum === null ? 'frozen' : 'track',
      loss: file.loss,
      optimizer: { ...file.optimizer, clipNorm: file.optimizer.clipNorm ?? Number.POSITIVE_INFINITY },
      ema: file.ema ?? undefined,
      accumulate: file.accumulate,
      threads,
    });
    if (file.approximation) network.setMultiplier(0, multiplier);
    return network;
  }

  #graph(): Promise<Graph> {
    const { nodes, tensors, integers, input } = this.file;
    const floats = Object.entries(tensors).map(
      ([name, stored]) => [name, f32(stored.shape, this.values(stored))] as const,
    );
    const indices = Object.entries(integers).map(([name, values]) => [name, i64(values)] as const);
    const bytes = modelBytes({
      inputs: { image: input },
      initializers: Object.fromEntries([...floats, ...indices]),
      nodes: nodes.map(({ op, name, inputs, output, attributes }) =>
        node(op, inputs, [output], attributes, { name }),
      ),
      outputs: [nodes[nodes.length - 1].output],
    });
    const { graph } = loadModel(bytes, { file: 'golden.onnx' });
    return optimize(graph, { inputShapes: new Map([['image', input]]), batchNorm: 'keep' });
  }

  #layers(graph: Graph): Map<LinearLayer, number> {
    const { approximation } = this.file;
    if (approximation === null) return new Map();
    const layers = linearLayers(graph).filter((layer): layer is LinearLayer => !isExact(layer));
    return new Map(
      layers.flatMap((layer) => (approximation.exactLayers.includes(layer.node.name) ? [] : [[layer, 0]])),
    );
  }

  async #multiplier(): Promise<Multiplier> {
    const { multiplier, operands } = this.file.approximation ?? {
      multiplier: 'exact',
      operands: ['int8', 'int8'] as const,
    };
    const [activation, weight] = operands;
    if (multiplier === 'exact') return exactMultiplier(activation, weight);
    if (multiplier === 'skewed') {
      const product = (a: number, w: number) => a * w - ((a * a + 3 * (w + 128)) % 97) + 20;
      return tabulate('skewed', activation, weight, 8, product);
    }
    const loaded = await loadMultiplier(packagePath(multiplier), {
      type: operandPair(activation, weight),
      order: 'aw',
    });
    return loaded.multiplier;
  }
}
