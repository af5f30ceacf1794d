import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARENA_ALIGNMENT, planArena } from '../../src/engine/arena.js';
import { PlanBuilder } from '../../src/engine/plan_builder.js';
import { Random } from '../../src/util/random.js';

test('blocks alive together never overlap, and the arena is not much larger than it must be', () => {
  const random = new Random(1);
  for (let round = 0; round < 50; round++) {
    const blocks = Array.from({ length: 1 + random.integer(60) }, () => {
      const first = random.integer(40);
      return { bytes: 1 + random.integer(5000), first, last: first + random.integer(8) };
    });
    const { offsets, bytes } = planArena(blocks);
    const size = (b: number) => Math.ceil(b / ARENA_ALIGNMENT) * ARENA_ALIGNMENT;
    blocks.forEach((a, i) => {
      assert.equal(offsets[i] % ARENA_ALIGNMENT, 0);
      assert.ok(offsets[i] + a.bytes <= bytes);
      for (let j = 0; j < i; j++) {
        const b = blocks[j];
        const together = a.first <= b.last && b.first <= a.last;
        const apart = offsets[i] + a.bytes <= offsets[j] || offsets[j] + b.bytes <= offsets[i];
        assert.ok(!together || apart, `blocks ${i} and ${j} overlap`);
      }
    });
    const needed = Math.max(
      ...Array.from({ length: 50 }, (_, at) =>
        blocks.reduce((sum, b) => sum + (b.first <= at && at <= b.last ? size(b.bytes) : 0), 0),
      ),
    );
    assert.ok(bytes <= 1.6 * needed, `${bytes} bytes for ${needed}`);
  }
});

test('an elementwise op takes the place of an input that nobody needs any more', () => {
  const builder = new PlanBuilder();
  const x = builder.tensor('f32', [4], 'x');
  const a = builder.tensor('f32', [4], 'a');
  const b = builder.tensor('f32', [4], 'b');
  const c = builder.tensor('f32', [4], 'c');
  builder.op('Relu', 'first', [x], [a]);
  builder.op('Relu', 'second', [a], [b]);
  builder.op('Add', 'third', [b, a], [c]);
  const plan = builder.finish([x], [c], 0);
  const offset = (id: number) => (plan.tensors[id].storage as { arena: number }).arena;
  // x is filled again for every run, and a is read once more after `second`.
  assert.notEqual(offset(a), offset(x));
  assert.notEqual(offset(b), offset(a));
  assert.equal(offset(c), offset(b));
});

test('views share memory and keep it alive', () => {
  const builder = new PlanBuilder();
  const x = builder.tensor('f32', [2, 3], 'x');
  const a = builder.tensor('f32', [2, 3], 'a');
  const flat = builder.view(a, [6], 'flat');
  const b = builder.tensor('f32', [6], 'b');
  const c = builder.tensor('f32', [6], 'c');
  builder.op('Tanh', 'first', [x], [a]);
  builder.op('Softmax', 'other', [builder.view(x, [6], 'x flat')], [b], { outer: 1, axisSize: 6, inner: 1 });
  builder.op('Add', 'sum', [flat, b], [c]);
  const plan = builder.finish([x], [c], 0);
  assert.deepEqual(plan.tensors[flat].storage, plan.tensors[a].storage);
  assert.notDeepEqual(plan.tensors[b].storage, plan.tensors[a].storage);
  assert.throws(() => builder.view(a, [7], 'wrong'), /not the size/);
});
