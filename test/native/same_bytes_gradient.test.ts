import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadAddon } from '../../src/engine/addon.js';
import { createTestPlan, ON_CUDA } from '../support/engine.js';
import { outputHash, trainingOps } from './training_ops.js';

const addon = loadAddon();

test('the number of threads changes no byte of what training computes', async () => {
  const hashes: string[][] = [];
  for (const threads of [1, 2, 3]) {
    addon.setThreads(threads);
    hashes.push([]);
    for (const op of trainingOps) hashes.at(-1)!.push(await outputHash(op));
  }
  for (const [i, { type }] of trainingOps.entries()) {
    assert.equal(hashes[1]![i], hashes[0]![i], `${type}, 2 threads`);
    assert.equal(hashes[2]![i], hashes[0]![i], `${type}, 3 threads`);
  }
});

test('nor does the ISA', () => {
  const program = fileURLToPath(new URL('./training_ops.js', import.meta.url));
  const results = addon.cpuInfo().isas.map((isa) => {
    const env = { ...process.env, APPROXTORCH_ISA: isa };
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { env });
    assert.equal(status, 0, stderr.toString());
    const result = JSON.parse(stdout.toString()) as { isa: string; hashes: string[] };
    assert.equal(result.isa, isa);
    return result;
  });
  for (const { isa, hashes } of results) {
    for (const [i, { type }] of trainingOps.entries()) {
      assert.equal(hashes[i], results[0]!.hashes[i], `${type}, ${isa}`);
    }
  }
});

test('nor does the CUDA engine, of ops that sum as the CPU engine does', { skip: !ON_CUDA }, async () => {
  const same = new Set([
    'ActivationGradient',
    'LeakyReluGradient',
    'EluGradient',
    'HardSigmoidGradient',
    'HardSwishGradient',
    'SigmoidGradient',
    'TanhGradient',
    'PReluGradient',
    'Expand',
    'SliceGradient',
    'PadGradient',
    'Dropout',
    'Accumulate',
    'GradientNorm',
    'SgdUpdate',
    'AdamUpdate',
    'EmaUpdate',
  ]);
  for (const op of trainingOps.filter(({ type }) => same.has(type))) {
    assert.equal(await outputHash(op, createTestPlan), await outputHash(op), op.type);
  }
});
