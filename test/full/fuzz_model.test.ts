import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { toBinary } from '@bufbuild/protobuf';
import { approximate } from '../../src/eval/approximate.js';
import { calibrate } from '../../src/eval/calibrate.js';
import { evaluate } from '../../src/eval/evaluate.js';
import { loadModel } from '../../src/eval/model.js';
import { randomBatches } from '../../src/eval/samples.js';
import { exactMultiplier } from '../../src/multiplier/create.js';
import { loadMultiplier } from '../../src/multiplier/load.js';
import type { Multiplier } from '../../src/multiplier/multiplier.js';
import { type ModelProto, ModelProtoSchema } from '../../src/onnx/onnx_pb.js';
import { UserError } from '../../src/util/errors.js';
import { Random } from '../../src/util/random.js';
import { mutate } from '../support/mutate.js';
import { mutateModel } from '../support/mutate_model.js';
import { f32, float, i64, model, node, ramp } from '../support/onnx_builder.js';
import { relativeError, runOnnx } from '../support/onnxruntime.js';
import { temporaryFolder } from '../support/temporary.js';

/*
 * Damaged files go the whole way, through the native engine: they work or end in a UserError, and the process
 * lives. FUZZ_RUNS and FUZZ_SEED ask for more and for others.
 */

const runs = Number(process.env.FUZZ_RUNS ?? 400);
const seed = Number(process.env.FUZZ_SEED ?? 1);
const folder = temporaryFolder();

/** Small models with most of what the engine runs itself. */
const MODELS: Record<string, ModelProto> = {
  'convolutions and pools': model({
    inputs: { x: ['N', 2, 8, 8] },
    initializers: {
      w: f32([4, 2, 3, 3]),
      d: f32([4, 1, 3, 3], ramp(36, 2)),
      b: f32([4]),
      s: f32([4], [1, 2, 1, 1]),
      v: f32([4], [1, 1, 2, 1]),
      fc: f32([5, 16], ramp(80, 3)),
      bias: f32([5]),
    },
    nodes: [
      node('Conv', ['x', 'w', 'b'], ['c'], { pads: [1, 1, 1, 1], strides: [2, 2] }),
      node('BatchNormalization', ['c', 's', 'b', 'b', 'v'], ['n'], { epsilon: 0.001 }),
      node('Relu', ['n'], ['r']),
      node('Conv', ['r', 'd'], ['g'], { group: 4, dilations: [1, 1], auto_pad: 'SAME_UPPER' }),
      node('Add', ['g', 'r'], ['a']),
      node('MaxPool', ['a'], ['p'], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
      node('Flatten', ['p'], ['f']),
      node('Gemm', ['f', 'fc', 'bias'], ['y'], { transB: 1, alpha: float(0.5) }),
    ],
    outputs: ['y'],
  }),
  'layout and activations': model({
    inputs: { x: ['N', 6, 6, 2] },
    initializers: {
      w: f32([4, 2, 2, 2]),
      pads: i64([0, 0, 1, 1, 0, 0, 1, 1]),
      starts: i64([1]),
      ends: i64([5]),
      axes: i64([2]),
      slope: f32([4, 1, 1], [0.1, 0.2, 0.3, 0.4]),
      m: f32([8, 3], ramp(24, 4)),
    },
    nodes: [
      node('Transpose', ['x'], ['t'], { perm: [0, 3, 1, 2] }),
      node('Pad', ['t', 'pads'], ['p']),
      node('Conv', ['p', 'w'], ['c'], { strides: [1, 1] }),
      node('PRelu', ['c', 'slope'], ['q']),
      node('Slice', ['q', 'starts', 'ends', 'axes'], ['s']),
      node('Split', ['s'], ['s1', 's2'], { axis: 1 }),
      node('Sigmoid', ['s1'], ['g']),
      node('Mul', ['g', 's2'], ['h']),
      node('Concat', ['h', 's1'], ['k'], { axis: 1 }),
      node('LRN', ['k'], ['l'], { size: 3 }),
      node('AveragePool', ['l'], ['e'], { kernel_shape: [2, 3], strides: [2, 3], count_include_pad: 1 }),
      node('ReduceMean', ['e'], ['d'], { axes: [3], keepdims: 0 }),
      node('Flatten', ['d'], ['f']),
      node('MatMul', ['f', 'm'], ['z']),
      node('Softmax', ['z'], ['y'], { axis: -1 }),
    ],
    outputs: ['y'],
  }),
};

async function expectUserError(work: () => Promise<unknown>, what: string): Promise<'works' | 'refused'> {
  try {
    await work();
    return 'works';
  } catch (error) {
    if (!(error instanceof UserError))
      assert.fail(`${what}: ${error instanceof Error ? error.stack : error}`);
    assert.ok(!error.message.includes('\n'), what);
    return 'refused';
  }
}

async function wholeWay(file: string, multiplier: Multiplier): Promise<void> {
  const model = await approximate(await loadModel(file), multiplier, { batch: 2 });
  const calibrated = await calibrate(model, randomBatches(model.bound, 2, 1), { threads: 2 });
  await evaluate(calibrated, randomBatches(model.bound, 3, 2), { threads: 2, labelByFloat: true });
}

/** The scores of the engine with all layers in float32. */
async function floatScores(file: string) {
  const layers = [{ pattern: '*', multiplier: 'float' }] as const;
  const model = await approximate(await loadModel(file), exactMultiplier('int8', 'int8'), {
    batch: 2,
    layers,
  });
  const { shape } = model.bound.input;
  const found: { input: Float32Array; output: Float32Array }[] = [];
  await evaluate(model, randomBatches(model.bound, model.bound.batch, 2), {
    threads: 1,
    probeSamples: 0,
    baselines: { float: false, exact: false },
    onBatch: ({ input }, output) => found.push({ input: input.slice(), output: output.slice() }),
  });
  return { shape, ...found[0]! };
}

describe('damaged files, from loading to the scores', () => {
  for (const [name, proto] of Object.entries(MODELS)) {
    test(`models: ${name}`, async () => {
      const file = join(folder, 'mutant.onnx');
      const multiplier = exactMultiplier('int8', 'int8');
      const bytes = toBinary(ModelProtoSchema, proto);
      writeFileSync(file, bytes);
      await wholeWay(file, multiplier);
      const counts = { works: 0, refused: 0 };
      for (let run = 0; run < runs; run++) {
        const random = new Random(seed, run);
        // Every eighth is damaged anywhere, most of those are no models any more.
        writeFileSync(file, run % 8 === 0 ? mutate(bytes, random) : mutateModel(proto, random));
        counts[await expectUserError(() => wholeWay(file, multiplier), `run ${run}`)]++;
      }
      // Mutants that are all refused would prove nothing.
      assert.ok(counts.works > runs / 20 && counts.refused > runs / 20, JSON.stringify(counts));
    });
  }

  for (const [name, proto] of Object.entries(MODELS)) {
    test(`mutants that run give the scores of onnxruntime: ${name}`, async () => {
      const file = join(folder, 'mutant.onnx');
      let compared = 0;
      for (let run = 0; run < runs; run++) {
        const bytes = mutateModel(proto, new Random(seed + 2, run));
        writeFileSync(file, bytes);
        const scores = await floatScores(file).catch(() => undefined);
        if (scores === undefined) continue;
        const x = f32(scores.shape, scores.input);
        // onnxruntime refuses some that are harmless here, such as surplus inputs of a node.
        const expected = await runOnnx(bytes, { x }).catch(() => undefined);
        if (expected === undefined) continue;
        const { data } = expected.y!;
        if (Array.from(data, Number).some((value) => !Number.isFinite(value))) continue;
        assert.ok(relativeError(scores.output, data) < 1e-4, `run ${run}`);
        compared++;
      }
      assert.ok(compared > runs / 20, `${compared} compared`);
    });
  }

  test('tables', async () => {
    const path = join(folder, 'model.onnx');
    writeFileSync(path, toBinary(ModelProtoSchema, MODELS['convolutions and pools']!));
    const loaded = await loadModel(path);
    const file = join(folder, 'mutant.txt');
    const { table } = exactMultiplier('int8', 'int8');
    const text = Array.from({ length: 256 }, (_, row) =>
      table.subarray(256 * row, 256 * row + 256).join(' '),
    );
    const bytes = Buffer.from(text.join('\n'));
    const counts = { works: 0, refused: 0 };
    for (let run = 0; run < runs / 4; run++) {
      writeFileSync(file, mutate(bytes, new Random(seed + 1, run)));
      const work = async () => approximate(loaded, (await loadMultiplier(file)).multiplier);
      counts[await expectUserError(work, `run ${run}`)]++;
    }
    assert.ok(counts.works > 0 && counts.refused > runs / 20, JSON.stringify(counts));
  });
});
