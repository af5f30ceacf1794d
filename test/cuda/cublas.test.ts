import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { needsCudaDevice, needsEmulatedDevice } from '../support/cuda_device.js';
import { needsCompiler } from '../support/cuda_library.js';
import { fakeCublasLibraries } from '../support/fake_cublas.js';
import { temporaryFolder } from '../support/temporary.js';
import { cases, type ProductsResult } from './cublas_cases.js';

const program = fileURLToPath(new URL('./cublas_cases.js', import.meta.url));

function run(cublas: string | undefined, ...names: readonly string[]) {
  const { APPROXTORCH_CUBLAS: _, ...env } = process.env;
  return spawnSync(process.execPath, [program, ...names], {
    env: cublas === undefined ? env : { ...env, APPROXTORCH_CUBLAS: cublas },
    encoding: 'utf8',
  });
}

function results(cublas: string | undefined, ...names: readonly string[]): ProductsResult[] {
  const { status, stdout, stderr } = run(cublas, ...names);
  assert.equal(status, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  const found = lines.map((line) => JSON.parse(line) as ProductsResult);
  for (const { name, error } of found) assert.ok(error < 1e-5, `${name} differs by ${error}`);
  return found;
}

const kernelsOf = (found: readonly ProductsResult[]) => found.map(({ name, kernels }) => [name, kernels]);
const expected = Object.entries(cases).map(([name, make]) => [name, make().kernels] as const);
const tiled = expected.map(([name, kernels]) => [name, kernels.map(() => 'tiled')]);
const EMULATED = needsEmulatedDevice.skip === undefined;

describe('dense products without cuBLAS', needsCudaDevice, () => {
  test('are those of the own kernels', () => {
    // The emulation takes minutes for all.
    const names = EMULATED ? ['MatMul', 'gradients of small planes'] : Object.keys(cases);
    const some = tiled.filter(([name]) => names.includes(name as string));
    assert.deepEqual(kernelsOf(results('off', ...names)), some);
  });
});

const needsRealDevice = EMULATED ? { skip: 'the emulation looks for no cuBLAS' } : needsCudaDevice;

describe('dense products of whatever cuBLAS there is', needsRealDevice, () => {
  test('are the CPU engine’s', () => {
    const found = kernelsOf(results(undefined));
    const isThere = found.some(([, kernels]) => kernels!.includes('cublas'));
    assert.deepEqual(found, isThere ? expected : tiled);
  });
});

const needsFake = { ...needsEmulatedDevice, ...needsCompiler };

describe('dense products of a made cuBLAS', needsFake, () => {
  const make = fakeCublasLibraries();

  test('are the CPU engine’s', () => assert.deepEqual(kernelsOf(results(make())), expected));

  const fails = (cublas: string, message: RegExp) => {
    const { status, stderr } = run(cublas, 'Gemm and a row');
    assert.equal(status, 1);
    assert.match(stderr, message);
  };
  test('fail in one line where it lacks a function', () =>
    fails(
      make({ WITHOUT_WORKSPACE: 1 }),
      /^Error: CUDA fails: APPROXTORCH_CUBLAS: \S+: it has no cublasSetWorkspace_v2$/m,
    ));
  test('fail in one line where there is none', () =>
    fails(
      join(temporaryFolder(), 'libcublas.so'),
      /^Error: CUDA fails: APPROXTORCH_CUBLAS: \S+libcublas\.so: .*No such file or directory$/m,
    ));
  test('fail in one line where it does not start', () =>
    fails(make({ CREATE: 1 }), /^Error: CUDA fails: cuBLAS: cublasCreate failed with status 1$/m));
  test('say that memory lacks', () =>
    fails(make({ CREATE: 3 }), /cuBLAS: cublasCreate: out of memory \(cudaErrorMemoryAllocation\)$/m));
  test('fail in one line where a product does', () =>
    fails(make({ MULTIPLY: 13 }), /cuBLAS: cublasSgemmStridedBatched failed with status 13$/m));
  test('which small ones never open', () => {
    const { status, stderr } = run('/nonexistent', 'a small Gemm', 'a narrow Gemm');
    assert.equal(status, 0, stderr);
  });
});
