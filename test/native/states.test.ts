import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanBuilder } from '../../src/engine/plan_builder.js';
import { createTestPlan } from '../support/engine.js';

/** sum += x; y = 1 / sum */
function summing() {
  const builder = new PlanBuilder();
  const x = builder.tensor('f32', [3], 'x');
  const sum = builder.state([3], 'sum');
  const y = builder.tensor('f32', [3], 'y');
  const one = builder.constant(Float32Array.of(1), [1], 'one');
  builder.op('Add', 'add', [sum, x], [sum], { act: 'none' });
  builder.op('Div', 'reciprocal', [one, sum], [y], { act: 'none' });
  return builder.finish([x], [y], 0);
}

test('a state is zero at first and keeps its values from run to run', async () => {
  const plan = createTestPlan(summing());
  await plan.run([Float32Array.of(1, 2, 4)]);
  const [y] = await plan.run([Float32Array.of(1, 0, 4)]);
  assert.deepEqual([...y], [0.5, 0.5, 0.125]);
  assert.deepEqual([...plan.readState(0)], [2, 2, 8]);
});

test('a state that is written serves the next run', async () => {
  const plan = createTestPlan(summing());
  plan.writeState(0, Float32Array.of(3, 7, 0));
  const [y] = await plan.run([Float32Array.of(1, 1, 1)]);
  assert.deepEqual([...y], [0.25, 0.125, 1]);
});

test('states cannot be touched while a run is under way, nor others than there are', async () => {
  const plan = createTestPlan(summing());
  const run = plan.run([Float32Array.of(1, 1, 1)]);
  assert.throws(() => plan.readState(0), /is running/);
  assert.throws(() => plan.writeState(0, new Float32Array(3)), /is running/);
  await run;
  assert.throws(() => plan.readState(1), /the state must be an integer from 0 to 0/);
  assert.throws(() => plan.writeState(0, new Float32Array(4)), /Float32Array of 3 values/);
});

test('a plan whose ops overwrite a state, or whose states overlap, is refused', () => {
  const plan = summing();
  const overwritten = { ...plan, ops: [{ ...plan.ops[1]!, outputs: [1], inputs: [3, 0] }, plan.ops[1]!] };
  assert.doesNotThrow(() => createTestPlan(overwritten), 'its own op may write it');
  const [x, sum, y, one] = plan.tensors;
  const over = { ...plan, tensors: [x!, sum!, { ...y!, storage: sum!.storage }, one!] };
  assert.throws(() => createTestPlan(over), /overlaps|holds another value/);
  assert.throws(() => createTestPlan({ ...plan, states: [1, 1] }), /overlaps/);
  assert.throws(() => createTestPlan({ ...plan, states: [0] }), /overlaps/);
  assert.throws(() => createTestPlan({ ...plan, states: [3] }), /constant/);
});

test('the first op that leaves a NaN or an infinity is found', async () => {
  const plan = createTestPlan(summing());
  assert.equal(await plan.findNonFinite([Float32Array.of(1, 1, 1)]), null);
  plan.writeState(0, Float32Array.of(0, 1, 1));
  assert.deepEqual(await plan.findNonFinite([Float32Array.of(0, 1, 1)]), { name: 'reciprocal', type: 'Div' });
  assert.deepEqual(await plan.findNonFinite([Float32Array.of(0, Number.NaN, 1)]), {
    name: 'add',
    type: 'Add',
  });
});
