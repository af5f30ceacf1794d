import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { loadAddon } from '../../src/engine/addon.js';
import { createTestPlan, ON_CUDA } from '../support/engine.js';
import { randomTensor, runNative, type SingleOp, seeded, singleOpPlan } from '../support/native_op.js';
import { relativeError } from '../support/onnxruntime.js';

const addon = loadAddon();
const addonUrl = new URL('../../src/engine/addon.js', import.meta.url);
const opsUrl = new URL('./ops_outputs.js', import.meta.url);

/** Of the matrices of slowPlan; few, where CUDA may be emulated. */
const SIZE = ON_CUDA ? 40 : 600;

/** Products of two large matrices: some 100 ms on one thread. */
function slowPlan() {
  const random = seeded(1);
  const op: SingleOp = {
    type: 'MatMul',
    inputs: [randomTensor([SIZE, SIZE], random), randomTensor([SIZE, SIZE], random)],
    outputShape: [SIZE, SIZE],
  };
  const plan = singleOpPlan(op);
  const ops = Array.from({ length: 40 }, (_, i) => ({ ...plan.ops[0]!, name: `step ${i}` }));
  return {
    plan: createTestPlan({ ...plan, ops }),
    inputs: op.inputs.map((input) => input!.data as Float32Array),
  };
}

describe('a run', () => {
  test('leaves the event loop free and refuses a second one', async () => {
    const { plan, inputs } = slowPlan();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 2);
    // On CUDA a second run may wait for the first one.
    const started = Array.from({ length: ON_CUDA ? 2 : 1 }, () => plan.run(inputs));
    await assert.rejects(plan.run(inputs), { message: 'the plan is running already' });
    await Promise.all(started);
    clearInterval(timer);
    if (!ON_CUDA) assert.ok(ticks >= 2, `${ticks} ticks`);
    await plan.run(inputs);
  });

  // A run on CUDA may have ended before it is cancelled.
  test('ends soon after cancel, and the plan can run again', { skip: ON_CUDA }, async () => {
    const { plan, inputs } = slowPlan();
    const run = plan.run(inputs);
    plan.cancel();
    await assert.rejects(run, { message: 'cancelled' });
    assert.equal((await plan.run(inputs))[0]!.length, SIZE * SIZE);
  });

  test('copies its inputs', async () => {
    const { plan, inputs } = slowPlan();
    const run = plan.run(inputs);
    inputs[0]!.fill(0);
    const [y] = await run;
    assert.ok(y!.some((value) => value !== 0));
  });

  test('counts the time of every op', async () => {
    const { plan, inputs } = slowPlan();
    await plan.run(inputs);
    const profile = plan.profile();
    assert.deepEqual(
      profile.slice(0, 2).map(({ name, type }) => [name, type]),
      [
        ['step 0', 'MatMul'],
        ['step 1', 'MatMul'],
      ],
    );
    assert.ok(profile.every(({ seconds }) => seconds > 0 && seconds < 10));
  });

  test('of two plans at a time', async () => {
    const [a, b] = [slowPlan(), slowPlan()];
    const [[x], [y]] = await Promise.all([a.plan.run(a.inputs), b.plan.run(b.inputs)]);
    assert.deepEqual(x, y);
  });

  test('refuses constants whose memory was given away', async () => {
    const c = randomTensor([4], seeded(1));
    const op: SingleOp = {
      type: 'Add',
      inputs: [randomTensor([4], seeded(2)), c],
      constants: [1],
      outputShape: [4],
      attributes: { act: 'none' },
    };
    const plan = createTestPlan(singleOpPlan(op));
    structuredClone(c.data, { transfer: [c.data.buffer as ArrayBuffer] });
    await assert.rejects(plan.run([new Float32Array(4)]), { message: 'a constant of the plan was detached' });
  });
});

test('the addon works in worker threads that come and go', async () => {
  const code = `
    import { parentPort } from 'node:worker_threads';
    import { loadAddon } from ${JSON.stringify(addonUrl.href)};
    const tensor = (arena) => ({ type: 'f32', shape: [16], storage: { arena }, name: 't' });
    const plan = loadAddon().createPlan({
      tensors: [tensor(0), tensor(64)], arenaBytes: 128, inputs: [0], outputs: [1], states: [], luts: 0,
      ops: [{ type: 'Relu', name: 'r', inputs: [0], outputs: [1], attributes: {} }],
    });
    const [y] = await plan.run([new Float32Array(16).fill(3)]);
    parentPort.postMessage(y[15]);`;
  for (let i = 0; i < 3; i++) {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
    const [value] = await Promise.all([
      new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject)),
      new Promise((resolve) => worker.once('exit', resolve)),
    ]);
    assert.equal(value, 3);
  }
});

test('results do not depend on the number of threads', async () => {
  const { ops } = await import('./ops_outputs.js');
  const outputs: Float32Array[][] = [];
  for (const threads of [1, 2, 3]) {
    addon.setThreads(threads);
    const results: Float32Array[] = [];
    for (const op of ops) results.push(await runNative(op));
    outputs.push(results);
  }
  for (const [i, op] of ops.entries()) {
    assert.deepEqual(outputs[1]![i], outputs[0]![i], `${op.type}, 2 threads`);
    assert.deepEqual(outputs[2]![i], outputs[0]![i], `${op.type}, 3 threads`);
  }
});

describe('APPROXTORCH_ISA', () => {
  const run = (isa: string) =>
    spawnSync(process.execPath, [fileURLToPath(opsUrl)], {
      env: { ...process.env, APPROXTORCH_ISA: isa },
      maxBuffer: 1 << 28,
    });
  test('every ISA of this CPU gives the same results', async () => {
    const results = addon.cpuInfo().isas.map((isa) => {
      const { status, stdout, stderr } = run(isa);
      assert.equal(status, 0, stderr.toString());
      const { isa: used, outputs } = JSON.parse(stdout.toString()) as { isa: string; outputs: number[][] };
      assert.equal(used, isa);
      return { isa, outputs };
    });
    const { ops, products } = await import('./ops_outputs.js');
    for (const { isa, outputs } of results) {
      for (const [i, op] of ops.entries()) {
        const expected = results[0]!.outputs[i]!;
        // Matrix products use fused multiply-adds where the ISA has them; all else is the same to the bit.
        if (products.has(op.type))
          assert.ok(relativeError(outputs[i]!, expected) < 1e-5, `${op.type}, ${isa}`);
        else assert.deepEqual(outputs[i], expected, `${op.type}, ${isa}`);
      }
    }
  });
  test('one that is not there ends with exit code 3 for the CLI', () => {
    const { status, stderr } = run('sse9');
    assert.equal(status, 3);
    assert.match(stderr.toString(), /APPROXTORCH_ISA=sse9 cannot be used: this CPU offers scalar/);
  });
});
