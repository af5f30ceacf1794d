import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadAddon, type NativeLut } from '../../src/engine/addon.js';
import type { Plan } from '../../src/engine/plan.js';
import { createTestPlan } from '../support/engine.js';
import { assertSurvivesDamage, replaced, survives } from '../support/hostile.js';
import { randomTensor, type SingleOp, seeded, singleOpPlan } from '../support/native_op.js';
import { fc } from '../support/property.js';

const random = seeded(3);
const tensor = (...shape: number[]) => randomTensor(shape, random);
const window = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1] };

/** One sound op of every kind that looks at more than its shapes' sizes. */
const sound: readonly SingleOp[] = [
  {
    type: 'Conv',
    inputs: [tensor(1, 4, 5, 5), tensor(6, 2, 3, 3), tensor(6)],
    constants: [1, 2],
    outputShape: [1, 6, 5, 5],
    attributes: { ...window, group: 2, act: 'clip', actMin: 0, actMax: 6 },
  },
  {
    type: 'Gemm',
    inputs: [tensor(3, 4), tensor(5, 4), tensor(5)],
    outputShape: [3, 5],
    attributes: { transA: 0, transB: 1, alpha: 1, beta: 1, act: 'none' },
  },
  { type: 'MatMul', inputs: [tensor(2, 3, 4), tensor(4, 5)], outputShape: [2, 3, 5] },
  {
    type: 'BatchNormalization',
    inputs: [tensor(2, 3, 4), tensor(3), tensor(3), tensor(3), tensor(3)],
    outputShape: [2, 3, 4],
    attributes: { epsilon: 1e-5 },
  },
  { type: 'Clip', inputs: [tensor(3)], outputShape: [3], attributes: { min: 0, max: 1 } },
  { type: 'PRelu', inputs: [tensor(2, 3), tensor(3)], outputShape: [2, 3] },
  { type: 'Add', inputs: [tensor(2, 3), tensor(2, 1)], outputShape: [2, 3], attributes: { act: 'relu' } },
  {
    type: 'MaxPool',
    inputs: [tensor(1, 2, 6, 6)],
    outputShape: [1, 2, 6, 6],
    attributes: { ...window, kernel: [3, 3] },
  },
  {
    type: 'AveragePool',
    inputs: [tensor(1, 2, 6, 6)],
    outputShape: [1, 2, 6, 6],
    attributes: { ...window, kernel: [3, 3], countIncludePad: 1 },
  },
  { type: 'GlobalMaxPool', inputs: [tensor(2, 3, 4, 4)], outputShape: [2, 3, 1, 1] },
  { type: 'Concat', inputs: [tensor(2, 3), tensor(2, 4)], outputShape: [2, 7], attributes: { axis: 1 } },
  {
    type: 'Slice',
    inputs: [tensor(5, 6)],
    outputShape: [2, 3],
    attributes: { starts: [4, 1], steps: [-2, 2] },
  },
  {
    type: 'Pad',
    inputs: [tensor(4, 4)],
    outputShape: [6, 3],
    attributes: { begins: [1, -1], mode: 'reflect', value: 0 },
  },
  { type: 'Transpose', inputs: [tensor(2, 3, 4)], outputShape: [4, 2, 3], attributes: { perm: [2, 0, 1] } },
  { type: 'ReduceMean', inputs: [tensor(2, 3, 4)], outputShape: [2, 4], attributes: { axes: [1] } },
  {
    type: 'Softmax',
    inputs: [tensor(2, 3, 4)],
    outputShape: [2, 3, 4],
    attributes: { outer: 2, axisSize: 3, inner: 4 },
  },
  {
    type: 'LRN',
    inputs: [tensor(1, 5, 3, 3)],
    outputShape: [1, 5, 3, 3],
    attributes: { size: 3, alpha: 1e-4, beta: 0.75, bias: 1 },
  },
];

describe('a hostile plan is refused or runs within its bounds', () => {
  for (const op of sound) {
    test(`${op.type} with one value replaced, and with two`, async () => {
      await assertSurvivesDamage(singleOpPlan(op));
    });
  }

  test('shapes that do not fit the op', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sound),
        fc.array(sizes, { maxLength: 5 }),
        sizes,
        async (op, inputs, output) => {
          const shapes = inputs.map((shape) => tensor(...shape));
          await survives(singleOpPlan({ ...op, constants: [], inputs: shapes, outputShape: output }));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('messages name the op or tensor', () => {
  const conv = singleOpPlan(sound[0]!);
  const withAttribute = (name: string, value: unknown) =>
    replaced(conv, ['ops', 0, 'attributes', name], value) as Plan;
  const cases: [string, Plan, RegExp][] = [
    ['an unknown op', replaced(conv, ['ops', 0, 'type'], 'Conw') as Plan, /^Conw 'op': unknown op type$/],
    [
      'a missing attribute',
      withAttribute('group', undefined),
      /^Conv 'op': attribute 'group' must be a number/,
    ],
    ['NaN', withAttribute('actMin', Number.NaN), /^Conv 'op': attribute 'actMin' is NaN$/],
    ['an extra attribute', withAttribute('dilation', 1), /^Conv 'op': attribute 'dilation' is unknown here$/],
    [
      'a wrong output',
      replaced(conv, ['tensors', 3, 'shape', 2], 4) as Plan,
      /'y' must have the shape \[1, 6, 5, 5\]/,
    ],
    ['an offset', replaced(conv, ['tensors', 3, 'storage'], { arena: 65 }) as Plan, /'y': its arena offset/],
    ['the arena', { ...conv, arenaBytes: 64 }, /tensor 'x0': reaches beyond the arena/],
    ['too large an arena', { ...conv, arenaBytes: 2 ** 45 }, /larger than the plan's tensors need/],
    [
      'constant data',
      replaced(conv, ['tensors', 1, 'shape', 0], 7) as Plan,
      /'c1': its shape \[7, 2, 3, 3\]/,
    ],
  ];
  for (const [what, plan, message] of cases) {
    test(what, () => {
      assert.throws(() => createTestPlan(plan), { message });
    });
  }
});

describe('the arena', () => {
  const at = (arena: number, name: string, shape = [16]) => ({
    type: 'f32' as const,
    shape,
    storage: { arena },
    name,
  });
  const relu = (input: number, output: number) => ({
    type: 'Relu',
    name: `${input}-${output}`,
    inputs: [input],
    outputs: [output],
    attributes: {},
  });
  const plan = (tensors: Plan['tensors'], ops: Plan['ops'], outputs: number[]): Plan => ({
    tensors,
    ops,
    arenaBytes: 256,
    inputs: [0],
    outputs,
    states: [],
    luts: 0,
  });
  test('an elementwise op may write over its input', async () => {
    const inPlace = plan([at(0, 'x'), at(0, 'y')], [relu(0, 1)], [1]);
    const [y] = await createTestPlan(inPlace).run([new Float32Array(16).fill(-1)]);
    assert.deepEqual(y, new Float32Array(16));
  });
  test('a view shares the place of another tensor', async () => {
    const view = plan([at(0, 'x'), at(0, 'view', [4, 4]), at(64, 'y', [4, 4])], [relu(1, 2)], [2]);
    const [y] = await createTestPlan(view).run([new Float32Array(16).fill(2)]);
    assert.deepEqual(y, new Float32Array(16).fill(2));
  });
  const refused: [string, Plan, RegExp][] = [
    [
      'reading what was overwritten',
      plan([at(0, 'x'), at(64, 'y'), at(0, 'z')], [relu(0, 1), relu(1, 2), relu(0, 1)], [1]),
      /'x' is read, but its place holds another value/,
    ],
    [
      'overlapping in part',
      plan([at(0, 'x', [32]), at(64, 'y', [32])], [relu(0, 1)], [1]),
      /the output 'y' overlaps the input 'x'/,
    ],
    [
      'reading what nobody wrote',
      plan([at(0, 'x'), at(64, 'y')], [relu(1, 1)], [1]),
      /'y' is read, but its place holds another value or none/,
    ],
    [
      'returning what nobody wrote',
      plan([at(0, 'x'), at(64, 'y')], [], [1]),
      /the plan's outputs: 'y' is read/,
    ],
    [
      'writing a constant',
      plan(
        [at(0, 'x'), { type: 'f32', shape: [16], storage: { data: new Float32Array(16) }, name: 'c' }],
        [relu(0, 1)],
        [1],
      ),
      /writes the constant 'c'/,
    ],
    [
      'writing over an input that is still read',
      plan(
        [at(0, 'x', [2, 8]), at(0, 'y', [8, 2])],
        [{ ...relu(0, 1), type: 'Transpose', attributes: { perm: [1, 0] } }],
        [1],
      ),
      /the output 'y' overlaps the input 'x'/,
    ],
  ];
  for (const [what, bad, message] of refused) {
    test(`${what} is refused`, () => {
      assert.throws(() => createTestPlan(bad), { message });
    });
  }
});

describe('arguments', () => {
  const addon = loadAddon();
  test('tables that are none', () => {
    for (const table of [
      new Int32Array(65535),
      new Int32Array(65537),
      new Float32Array(65536),
      [],
      null,
      undefined,
    ]) {
      assert.throws(() => addon.createLut(table as Int32Array), /Int32Array of 65536/);
    }
  });
  test('numbers of threads that are none', () => {
    for (const count of [0, -1, 1.5, Number.NaN, 1e9, '2', undefined]) {
      assert.throws(() => addon.setThreads(count as number), /number of threads/);
    }
  });
  test('inputs of a run that do not fit the plan', async () => {
    const plan = createTestPlan(singleOpPlan(sound[4]!));
    for (const inputs of [
      undefined,
      [],
      [new Float32Array(2)],
      [new Float64Array(3)],
      [null],
      [new Float32Array(3), 1],
    ]) {
      await assert.rejects(
        plan.run(inputs as Float32Array[]),
        /run takes an array of 1 inputs|must be a Float32Array of 3/,
      );
    }
  });
  test('LUTs and slots', () => {
    const plan = createTestPlan({ ...singleOpPlan(sound[4]!), luts: 1 });
    const lut = addon.createLut(new Int32Array(65536));
    plan.setLut(0, lut);
    assert.throws(() => plan.setLut(1, lut), /the LUT slot/);
    assert.throws(() => plan.setLut(0, plan as unknown as NativeLut), /must come from createLut/);
    assert.throws(() => plan.setLut(0, {} as NativeLut), /must come from createLut/);
  });
});
