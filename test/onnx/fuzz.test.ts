import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { encodeGraph } from '../../src/onnx/encode.js';
import { loadModel } from '../../src/onnx/load.js';
import { optimize } from '../../src/onnx/passes/optimize.js';
import { bindBatch } from '../../src/onnx/shapes/bind_batch.js';
import { UserError } from '../../src/util/errors.js';
import { Random } from '../../src/util/random.js';
import { mutate } from '../support/mutate.js';
import { f32, float, i64, modelBytes, node } from '../support/onnx_builder.js';
import { needs, sharedData } from '../support/shared.js';

/** Every kind of thing that the decoder, the shape rules and the evaluators know. */
const OWN = modelBytes({
  inputs: { x: ['N', 2, 6, 6] },
  outputs: ['z'],
  metadata: { key: 'value' },
  initializers: {
    w: f32([3, 2, 3, 3]),
    s: f32([3]),
    v: f32([3], [1, 1, 1]),
    pads: i64([0, 0, 1, 1, 0, 0, 1, 1]),
    starts: i64([0]),
    ends: i64([4]),
    fc: f32([75, 4]),
    shape: i64([0, 3]),
    repeats: i64([1, 2]),
  },
  nodes: [
    node('Conv', ['x', 'w'], ['c'], { pads: [1, 1, 1, 1], strides: [1, 1] }),
    node('BatchNormalization', ['c', 's', 's', 's', 'v'], ['n'], { epsilon: 0.001 }),
    node('Clip', ['n', '', ''], ['k']),
    node('Pad', ['k', 'pads'], ['p']),
    node('MaxPool', ['p'], ['m'], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
    node('AveragePool', ['m'], ['a'], { kernel_shape: [2, 2], auto_pad: 'SAME_UPPER' }),
    node('Slice', ['a', 'starts', 'ends', 'starts'], ['l']),
    node('Transpose', ['l'], ['t'], { perm: [0, 2, 3, 1] }),
    node('Shape', ['t'], ['sh']),
    node('Gather', ['sh', 'starts'], ['g'], { axis: 0 }),
    node('Constant', [], ['rest'], { value_ints: [-1] }),
    node('Concat', ['g', 'rest'], ['target'], { axis: 0 }),
    node('Reshape', ['t', 'target'], ['r']),
    node('Relu', ['r'], ['r2']),
    node('ConstantOfShape', ['shape'], ['zeros'], { value: f32([1], [0]) }),
    node('Tile', ['zeros', 'repeats'], ['tiled']),
    node('LeakyRelu', ['r2'], ['lr'], { alpha: float(1) }),
    node('Split', ['lr'], ['s1', 's2'], { axis: 1 }),
    node('Unsqueeze', ['s1', 'starts'], ['u']),
    node('ReduceMean', ['u'], ['rm'], { axes: [1], keepdims: 0 }),
    node('Softmax', ['rm'], ['z'], { axis: -1 }),
  ],
});

/** Loading and the passes either work or end in a one-line UserError. */
async function survives(bytes: Uint8Array, what: string): Promise<'loaded' | 'refused'> {
  try {
    const { graph } = loadModel(bytes, { file: 'mutant.onnx', directory: '.' });
    encodeGraph(await optimize(graph, bindBatch(graph, 1)));
    return 'loaded';
  } catch (error) {
    if (!(error instanceof UserError))
      assert.fail(`${what}: ${error instanceof Error ? error.stack : error}`);
    assert.ok(!error.message.includes('\n'), what);
    return 'refused';
  }
}

async function fuzz(bytes: Uint8Array, runs: number, window: number): Promise<void> {
  const counts = { loaded: 0, refused: 0 };
  const before = process.memoryUsage.rss();
  for (let run = 0; run < runs; run++)
    counts[await survives(mutate(bytes, new Random(2, run), window), `run ${run}`)]++;
  // Mutants that are all refused at the first byte would prove nothing.
  assert.ok(counts.loaded > runs / 100 && counts.refused > runs / 20, JSON.stringify(counts));
  assert.ok(process.memoryUsage.rss() - before < 500e6, 'a mutant made the process allocate too much');
}

describe('mutated models', () => {
  test('of our own', async () => {
    assert.equal(await survives(OWN, 'unchanged'), 'loaded');
    await fuzz(OWN, 6000, OWN.length);
  });

  const files = [
    'convnet-avgpool-mnist-verivital',
    'lenet5bn-mnist-own.bn.op13',
    'resnet20-cifar10-akamaster.bn.op17',
  ];
  for (const file of files) {
    const path = sharedData('models', `${file}.onnx`);
    // Nodes come first in the files; later bytes are weights.
    test(file, needs(path), () => fuzz(readFileSync(path!), 300, 3000));
  }
});
