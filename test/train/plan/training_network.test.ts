import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Graph } from '../../../src/onnx/graph.js';
import { trainableParameters } from '../../../src/train/plan/parameters.js';
import type { TrainingNetworkOptions } from '../../../src/train/plan/training_network.js';
import type { OptimizerSettings } from '../../../src/train/settings.js';
import { Random } from '../../../src/util/random.js';
import { userError } from '../../support/errors.js';
import { f32, i64, type ModelDescription, node, ramp } from '../../support/onnx_builder.js';
import { PLAIN_SGD, statesUnder, stepOf, trainingGraph, trainingNetwork } from '../../support/training.js';

const FEATURES = 5;
const CLASSES = 3;

/** A small classifier; `tail` makes 'scores' of 'logits'. */
const classifier = (tail = [node('Identity', ['logits'], ['scores'])]): ModelDescription => ({
  inputs: { x: ['N', FEATURES] },
  initializers: {
    w1: f32([FEATURES, 6], ramp(30, 3)),
    b1: f32([6], ramp(6, 2)),
    w2: f32([6, CLASSES], ramp(18, 5)),
    b2: f32([CLASSES], ramp(3, 4)),
    image: i64([0, 0, 1, 1]),
  },
  nodes: [
    node('Gemm', ['x', 'w1', 'b1'], ['h'], {}, { name: 'hidden' }),
    node('Relu', ['h'], ['r']),
    node('Gemm', ['r', 'w2', 'b2'], ['logits'], {}, { name: 'head' }),
    ...tail,
  ],
  outputs: ['scores'],
});

function batchOf(count: number, seed = 1) {
  const random = new Random(seed);
  return {
    images: Float32Array.from({ length: count * FEATURES }, () => random.between(-1, 1)),
    labels: Int32Array.from({ length: count }, () => random.integer(CLASSES)),
  };
}

/** Constants after a run of steps over the same batches. */
async function train(graph: Graph, batch: number, steps: number, options: Partial<TrainingNetworkOptions>) {
  const network = trainingNetwork(graph, batch, options);
  const accumulate = options.accumulate ?? 1;
  const results = [];
  for (let step = 1; step <= steps; step++) {
    for (let position = 0; position < accumulate; position++) {
      const { images, labels } = batchOf(batch, 10 * step + position);
      results.push(await network.run(stepOf(images, labels, { learningRate: 0.1, step, position })));
    }
  }
  return { network, results };
}

describe('optimizers, from the gradients that plain SGD sees', () => {
  const optimizers: Record<string, Partial<OptimizerSettings>> = {
    momentum: { momentum: 0.9, weightDecay: 0.01 },
    nesterov: { momentum: 0.8, nesterov: true },
    clipped: { momentum: 0.5, clipNorm: 0.05 },
    adam: { kind: 'adam', weightDecay: 0.02 },
    adamw: { kind: 'adamw', weightDecay: 0.02, clipNorm: 0.1 },
  };
  for (const [name, settings] of Object.entries(optimizers)) {
    test(name, async () => {
      const graph = await trainingGraph(classifier(), 4);
      const optimizer = { ...PLAIN_SGD, ...settings };
      const network = trainingNetwork(graph, 4, { optimizer, ema: 0.75 });
      const probe = trainingNetwork(graph, 4);
      const expected = new Map(
        [...network.constants()].map(([key, values]) => [key, Float64Array.from(values)]),
      );
      const average = new Map([...expected].map(([key, values]) => [key, values.slice()]));
      const first = new Map([...expected].map(([key, values]) => [key, values.map(() => 0)]));
      const second = new Map([...expected].map(([key, values]) => [key, values.map(() => 0)]));
      for (let step = 1; step <= 4; step++) {
        const { images, labels } = batchOf(4, step);
        probe.restore(
          new Map(
            [...probe.states()].map(([key, values]) => [
              key,
              key.startsWith('parameter/') ? Float32Array.from(expected.get(key.slice(10))!) : values,
            ]),
          ),
        );
        const { gradientNorm } = await probe.run(stepOf(images, labels));
        const result = await network.run(stepOf(images, labels, { learningRate: 0.1, step }));
        assert.ok(Math.abs(result.gradientNorm - gradientNorm) < 1e-5 * gradientNorm);
        const factor = Math.min(1, optimizer.clipNorm / (gradientNorm + 1e-6));
        for (const [key, gradient] of statesUnder(probe, 'momentum/')) {
          const isWeight = key.startsWith('w');
          const decay = isWeight ? optimizer.weightDecay : 0;
          gradient.forEach((raw, i) => {
            const update = reference(optimizer, decay, expected.get(key)![i]!, raw * factor, {
              first: first.get(key)!,
              second: second.get(key)!,
              i,
              step,
            });
            expected.get(key)![i] = update;
            average.get(key)![i] = 0.75 * average.get(key)![i]! + 0.25 * update;
          });
        }
        for (const [key, values] of statesUnder(network, 'parameter/')) closeTo(values, expected.get(key)!);
        for (const [key, values] of network.constants()) closeTo(values, average.get(key)!);
      }
    });
  }
});

/** PyTorch's SGD, Adam and AdamW for one element, at a learning rate of 0.1. */
function reference(
  optimizer: OptimizerSettings,
  decay: number,
  p: number,
  gradient: number,
  moments: { first: Float64Array; second: Float64Array; i: number; step: number },
): number {
  const { first, second, i, step } = moments;
  const g = optimizer.kind === 'adamw' ? gradient : gradient + decay * p;
  if (optimizer.kind === 'sgd') {
    first[i] = optimizer.momentum * first[i]! + g;
    return p - 0.1 * (optimizer.nesterov ? g + optimizer.momentum * first[i]! : first[i]!);
  }
  const [beta1, beta2] = optimizer.betas;
  first[i] = beta1 * first[i]! + (1 - beta1) * g;
  second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
  const kept = optimizer.kind === 'adamw' ? p * (1 - 0.1 * decay) : p;
  const denominator = Math.sqrt(second[i]! / (1 - beta2 ** step)) + 1e-8;
  return kept - (0.1 * (first[i]! / (1 - beta1 ** step))) / denominator;
}

function closeTo(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 2e-5): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= tolerance, `${actual[i]}, expected ${expected[i]}`);
  }
}

test('micro-batches add up to the step of a whole batch', async () => {
  const optimizer = { ...PLAIN_SGD, momentum: 0.9 };
  const small = trainingNetwork(await trainingGraph(classifier(), 2), 2, { optimizer, accumulate: 3 });
  const large = trainingNetwork(await trainingGraph(classifier(), 6), 6, { optimizer });
  for (let step = 1; step <= 3; step++) {
    const { images, labels } = batchOf(6, step);
    const before = small.constants();
    let norm = 0;
    for (let position = 0; position < 3; position++) {
      const part = images.slice(position * 2 * FEATURES, (position + 1) * 2 * FEATURES);
      const step_ = stepOf(part, labels.slice(position * 2, position * 2 + 2), {
        learningRate: 0.2,
        step,
        position,
      });
      ({ gradientNorm: norm } = await small.run(step_));
      if (position < 2) assert.deepEqual(small.constants(), before);
    }
    const whole = await large.run(stepOf(images, labels, { learningRate: 0.2, step }));
    assert.ok(Math.abs(whole.gradientNorm - norm) < 1e-5);
    for (const [key, values] of large.constants()) closeTo(small.constants().get(key)!, values, 1e-6);
  }
});

describe('the scores', () => {
  const tails = {
    Softmax: [node('Softmax', ['logits'], ['scores'])],
    'LogSoftmax, flattened': [node('LogSoftmax', ['logits'], ['l']), node('Flatten', ['l'], ['scores'])],
    'as images of one pixel': [node('Unsqueeze', ['logits', 'axes'], ['scores'])],
    'Softmax over the channels of one pixel': [
      node('Unsqueeze', ['logits', 'axes'], ['u']),
      node('Softmax', ['u'], ['scores'], { axis: 1 }),
    ],
  };
  for (const [name, tail] of Object.entries(tails)) {
    test(`${name} trains on its logits`, async () => {
      const description = classifier(tail);
      const initializers = { ...description.initializers, axes: i64([2, 3]) };
      const graph = await trainingGraph({ ...description, initializers }, 4);
      const plain = await train(await trainingGraph(classifier(), 4), 4, 2, {});
      const other = await train(graph, 4, 2, {});
      assert.deepEqual(other.results, plain.results);
      assert.deepEqual(other.network.constants(), plain.network.constants());
    });
  }

  test('a Softmax over something else is part of the model', async () => {
    const tail = [
      node('Transpose', ['logits'], ['t']),
      node('Softmax', ['t'], ['s']),
      node('Transpose', ['s'], ['scores']),
    ];
    const { results } = await train(await trainingGraph(classifier(tail), 4), 4, 1, {});
    const plain = await train(await trainingGraph(classifier(), 4), 4, 1, {});
    assert.notEqual(results[0]!.loss, plain.results[0]!.loss);
  });
});

test('a teacher and smoothed labels are part of the loss', async () => {
  const graph = await trainingGraph(classifier(), 4);
  const { images, labels } = batchOf(4);
  const loss = { labelSmoothing: 0.1, distill: { weight: 1, temperature: 3 } };
  const network = trainingNetwork(graph, 4, { loss });
  const teacher = Float32Array.from(ramp(12, 9));
  const result = await network.run(stepOf(images, labels, { teacher, learningRate: 0.5 }));
  assert.ok(result.loss > 0);
  // The teacher's distribution is all that counts: labels change nothing.
  const twin = trainingNetwork(graph, 4, { loss });
  const others = await twin.run(
    stepOf(
      images,
      labels.map((label) => (label + 1) % 3),
      { teacher, learningRate: 0.5 },
    ),
  );
  assert.equal(others.loss, result.loss);
  assert.deepEqual(twin.constants(), network.constants());
  await assert.rejects(network.run(stepOf(images, labels)), /teacher/);
});

test('a chosen layer is trained, the others stay', async () => {
  const graph = await trainingGraph(classifier(), 4);
  const before = graph.constants;
  const parameters = trainableParameters(graph, { trainOnly: ['head'], biasOnly: false });
  const { network } = await train(graph, 4, 2, { parameters });
  assert.deepEqual([...network.constants().keys()], ['w2', 'b2']);
  assert.notDeepEqual(network.constants().get('w2'), before.get('w2')!.data);
});

test('parameters that the scores do not depend on are refused', async () => {
  const description = classifier();
  const graph = await trainingGraph(
    {
      ...description,
      initializers: { ...description.initializers, aside: f32([6, 2]) },
      nodes: [...description.nodes, node('MatMul', ['r', 'aside'], ['other'], {}, { name: 'aside' })],
      outputs: ['scores', 'other'],
    },
    4,
  );
  const parameters = trainableParameters(graph, { trainOnly: ['aside'], biasOnly: false });
  assert.throws(() => trainingNetwork(graph, 4, { parameters }), userError(/nothing to train.*'scores'/));
  const { network } = await train(graph, 4, 1, {});
  assert.ok(!network.constants().has('aside'));
});

test('nodes without a gradient are refused by name', async () => {
  const graph = await trainingGraph(
    classifier([
      node('Erf', ['logits'], ['e'], {}, { name: 'erf' }),
      ...Array.from({ length: 9 }, (_, i) => {
        return node(
          'ThresholdedRelu',
          [i === 0 ? 'e' : `t${i}`],
          [i === 8 ? 'scores' : `t${i + 1}`],
          {},
          { name: `node${i}` },
        );
      }),
    ]),
    4,
  );
  assert.throws(
    () => trainingNetwork(graph, 4),
    userError(
      /cannot be trained.*10 nodes/,
      /erf: no native op/,
      /ThresholdedRelu.*node0, node1, .*, node5 and 3 more: no native op/,
    ),
  );
});

test('states go into another network, which then goes on to the same bytes', async () => {
  const graph = await trainingGraph(classifier(), 4);
  const options = { optimizer: { ...PLAIN_SGD, kind: 'adam' as const }, ema: 0.9, accumulate: 2 };
  const { network } = await train(graph, 4, 2, options);
  const copy = trainingNetwork(graph, 4, options);
  copy.restore(network.states());
  assert.deepEqual(copy.states(), network.states());
  for (const one of [network, copy]) {
    for (const position of [0, 1]) {
      const { images, labels } = batchOf(4, 7 + position);
      await one.run(stepOf(images, labels, { step: 3, position, learningRate: 0.1 }));
    }
  }
  assert.deepEqual(copy.states(), network.states());
  const kinds = new Set([...copy.states().keys()].map((key) => key.split('/')[0]));
  assert.deepEqual([...kinds].sort(), ['average', 'gradient', 'momentum', 'parameter', 'variance']);
});

test('states of another network are refused', async () => {
  const graph = await trainingGraph(classifier(), 4);
  const network = trainingNetwork(graph, 4);
  const states = network.states();
  assert.throws(() => network.restore(new Map([...states].slice(1))), /state 'parameter\/w1' has no values/);
  assert.throws(() => network.restore(new Map([...states, ['x', new Float32Array(1)]])), /no state 'x'/);
  assert.throws(
    () => network.restore(new Map([...states, ['parameter/b1', new Float32Array(7)]])),
    /'parameter\/b1' has 7 values, expected 6/,
  );
  assert.deepEqual(network.states(), states);
});

describe('what is not finite', () => {
  test('images: the loss is NaN, the parameters stay, the first layer is named', async () => {
    const graph = await trainingGraph(classifier(), 4);
    const network = trainingNetwork(graph, 4);
    const { images, labels } = batchOf(4);
    images[3] = Number.NaN;
    const before = network.states();
    const result = await network.run(stepOf(images, labels));
    assert.ok(Number.isNaN(result.loss));
    assert.deepEqual(
      statesUnder(network, 'parameter/'),
      new Map(
        [...before].flatMap(([key, values]) => {
          return key.startsWith('parameter/') ? [[key.slice(10), values] as const] : [];
        }),
      ),
    );
    assert.deepEqual(await network.findNonFinite(stepOf(images, labels)), { name: 'hidden', type: 'Gemm' });
    images[3] = 0;
    assert.equal(await network.findNonFinite(stepOf(images, labels)), null);
    assert.ok((await network.run(stepOf(images, labels))).loss > 0);
  });

  test('parameters: the layer that has them is named', async () => {
    const network = trainingNetwork(await trainingGraph(classifier(), 4), 4);
    const { images, labels } = batchOf(4);
    network.restore(new Map([...network.states(), ['parameter/w2', new Float32Array(18).fill(Infinity)]]));
    assert.deepEqual(await network.findNonFinite(stepOf(images, labels)), { name: 'head', type: 'Gemm' });
    assert.ok(!Number.isFinite((await network.run(stepOf(images, labels))).loss));
  });
});

test('Dropout drops other elements in every run, the same ones for the same step, and passes no gradient there', async () => {
  const graph = await trainingGraph(
    {
      inputs: { x: ['N', FEATURES] },
      initializers: {
        w1: f32([FEATURES, 400], ramp(2000, 3)),
        w2: f32([400, CLASSES], ramp(1200, 5)),
        ratio: f32([], [0.25]),
      },
      nodes: [
        node('MatMul', ['x', 'w1'], ['h'], {}, { name: 'hidden' }),
        node('Dropout', ['h', 'ratio'], ['d'], {}, { name: 'dropout' }),
        node('MatMul', ['d', 'w2'], ['scores'], {}, { name: 'head' }),
      ],
      outputs: ['scores'],
    },
    1,
  );
  const { images, labels } = batchOf(1);
  const runOf = async (step: number, seed: number) => {
    const network = trainingNetwork(graph, 1, { seed });
    await network.run(stepOf(images, labels, { step }));
    const gradients = statesUnder(network, 'momentum/');
    const dropped = (name: string, zero: (g: Float32Array, i: number) => boolean) =>
      Array.from({ length: 400 }, (_, i) => zero(gradients.get(name)!, i));
    const ofHead = dropped('w2', (g, i) =>
      g.slice(i * CLASSES, (i + 1) * CLASSES).every((value) => value === 0),
    );
    assert.deepEqual(
      dropped('w1', (g, i) => g[i] === 0),
      ofHead,
    );
    return ofHead;
  };
  const first = await runOf(1, 0);
  const share = first.filter(Boolean).length / 400;
  assert.ok(Math.abs(share - 0.25) < 0.08, `${share} dropped`);
  assert.deepEqual(await runOf(1, 0), first);
  assert.notDeepEqual(await runOf(2, 0), first);
  assert.notDeepEqual(await runOf(1, 1), first);
});
