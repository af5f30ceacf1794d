import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { addonPath, type CudaStatus, loadAddon } from '../../src/engine/addon.js';
import { cudaLibraryPath } from '../../src/engine/cuda.js';
import { compileLibrary, fakeCudaLibraries, needsCompiler } from '../support/cuda_library.js';
import { ON_CUDA } from '../support/engine.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
const status = (path: string): CudaStatus => loadAddon().cudaStatus(path);

/** That CUDA is off and no device is offered, with one printable line that matches. */
function assertOff(found: CudaStatus, reason: RegExp): void {
  assert.equal(found.available, false);
  assert.deepEqual(found.devices, []);
  assert.match(found.reason ?? '', reason);
  assert.match(found.reason ?? '', /^\P{Cc}+$/u);
}

describe('a CUDA library that is not ours to use', () => {
  test('is not there', () => {
    const path = join(folder, 'absent.so');
    const found = status(path);
    assertOff(found, /^the CUDA library is not built \(.*absent\.so is missing\); .*npm run build$/);
    assert.equal(found.built, false);
    assert.deepEqual(found.codes, []);
    assert.deepEqual([found.runtimeVersion, found.driverVersion], [null, null]);
  });

  test('is no library', () => {
    const path = join(folder, 'text.so');
    writeFileSync(path, 'not ELF');
    const found = status(path);
    assertOff(found, /^the CUDA library cannot be loaded: .*text\.so/);
    assert.equal(found.built, true);
  });

  test('does not export the interface', needsCompiler, () => {
    const path = compileLibrary(folder, 'stranger', 'int answer(void) { return 42; }');
    assertOff(status(path), /stranger\.so is not approxtorch's CUDA library: .*approxtorch_cuda_interface$/);
    const empty = compileLibrary(
      folder,
      'empty',
      'const void* approxtorch_cuda_interface(void) { return 0; }',
      ['-Wno-missing-prototypes'],
    );
    assertOff(status(empty), /empty\.so is not approxtorch's CUDA library/);
  });

  test('arguments are checked', () => {
    const addon = loadAddon() as unknown as Record<
      'cudaStatus' | 'probeCudaDevice',
      (...args: unknown[]) => unknown
    >;
    assert.throws(() => addon.cudaStatus(7), TypeError);
    assert.throws(() => addon.probeCudaDevice('x'), TypeError);
    for (const index of [-1, 0.5, 10_000]) assert.throws(() => addon.probeCudaDevice('x', index), TypeError);
    assert.throws(() => addon.probeCudaDevice(join(folder, 'absent.so'), 0), /cannot be loaded/);
  });
});

describe('answers of a CUDA library', needsCompiler, () => {
  const make = fakeCudaLibraries();

  const refusals: [string, Parameters<typeof make>[0], RegExp][] = [
    ['an older interface', { VERSION: 0 }, /has interface version 0, the addon needs 1; build both again/],
    [
      'a newer interface',
      { VERSION: 2, SIZE: '0' },
      /has interface version 2, the addon needs 1; build both/,
    ],
    [
      'a shorter table',
      { SIZE: '16' },
      /older than the addon: its interface has 16 of \d+ bytes; build both/,
    ],
    ['no driver', { COUNT_STATUS: 2, DRIVER: 0 }, /^there is no NVIDIA driver \(libcuda\.so\.1/],
    [
      'an old driver',
      { COUNT_STATUS: 3, DRIVER: 11040 },
      /driver is too old: it supports CUDA 11\.4, .* 13\.0$/,
    ],
    ['no device', { COUNT_STATUS: 4 }, /^the NVIDIA driver offers no device: out of order$/],
    ['another error', { COUNT_STATUS: 1 }, /^CUDA fails: out of order$/],
    ['an unknown status', { COUNT_STATUS: 99 }, /^CUDA fails: out of order$/],
    ['an error of the versions', { VERSIONS_STATUS: 1 }, /^CUDA fails: out of order$/],
    [
      'a text of many lines',
      { COUNT_STATUS: 1, TEXT: '"a\\nb\\033[31mc\\177"' },
      /^CUDA fails: a b \[31mc $/,
    ],
    ['no text', { COUNT_STATUS: 1, TEXT: '""' }, /^CUDA fails: no reason given$/],
    [
      'a text that fills its place',
      { COUNT_STATUS: 1, TEXT: `"${'x'.repeat(600)}"` },
      /^CUDA fails: x{512}$/,
    ],
  ];
  for (const [name, answers, reason] of refusals) {
    test(name, () => assertOff(status(make(answers)), reason));
  }

  test('a device whose properties fail', () => {
    assertOff(status(make({ PROPERTIES_STATUS: 1 })), /^CUDA fails: out of order$/);
  });

  test('a longer table of the same version', () => {
    assert.equal(status(make({ SIZE: 'sizeof(ApproxtorchCudaInterface) + 8' })).available, true);
  });

  test('devices', () => {
    const path = make({});
    const totalMemory = 80 * 2 ** 30;
    assert.deepEqual(status(path), {
      built: true,
      available: true,
      reason: null,
      codes: ['sm_80', 'compute_80'],
      runtimeVersion: '13.0',
      driverVersion: '12.8',
      opTypes: ['Relu'],
      kernels: ['gather'],
      devices: [
        { name: 'Imagined 0', computeCapability: '9.0', multiprocessors: 132, totalMemory },
        { name: 'Imagined 1', computeCapability: '9.1', multiprocessors: 133, totalMemory },
      ],
    });
    assert.equal(loadAddon().probeCudaDevice(path, 0), 79 * 2 ** 30);
  });

  test('a device that does not run the code', () => {
    const path = make({ PROBE_STATUS: 5 });
    assert.equal(status(path).available, true);
    assert.equal(loadAddon().probeCudaDevice(path, 0), 79 * 2 ** 30);
    assert.throws(() => loadAddon().probeCudaDevice(path, 1), {
      message: 'the CUDA library has no code for this device, only sm_80 compute_80',
    });
    assert.throws(() => loadAddon().probeCudaDevice(make({ PROBE_STATUS: 1 }), 1), {
      message: 'CUDA fails: out of order',
    });
  });
});

const library = ON_CUDA ? cudaLibraryPath() : join(dirname(addonPath()), 'libapproxtorch_cuda.so');
const built = existsSync(library) ? {} : { skip: 'the CUDA library is not built: there is no nvcc' };

describe('the CUDA library of this build', built, () => {
  test('loads, and says why CUDA is off or which devices there are', () => {
    const found = status(library);
    assert.equal(found.built, true);
    assert.match(found.runtimeVersion ?? '', /^\d+\.\d$/);
    assert.match(found.codes.join(' '), /^((sm_\d+ )+compute_\d+|emulated)$/);
    assert.equal(found.available, found.devices.length > 0);
    if (!found.available) {
      assert.match(found.reason ?? '', /^(there is no NVIDIA driver|the NVIDIA driver |CUDA fails: )/);
    }
    for (const [i, device] of found.devices.entries()) {
      const free = loadAddon().probeCudaDevice(library, i);
      assert.ok(free > 0 && free <= device.totalMemory);
    }
  });

  test('refuses a device that is not there', () => {
    assert.throws(() => loadAddon().probeCudaDevice(library, 9999), /^Error: \P{Cc}+$/u);
  });

  test('brings its runtime along and needs no driver to load', (context) => {
    const { stdout, error } = spawnSync('ldd', [library], { encoding: 'utf8' });
    if (error !== undefined) return context.skip('ldd is not installed');
    assert.match(stdout, /libc\./);
    assert.doesNotMatch(stdout, /libcudart|libcuda\.|not found/);
  });

  test('exports its interface alone', (context) => {
    const { stdout, error } = spawnSync('nm', ['-D', '--defined-only', library], {
      encoding: 'utf8',
    });
    if (error !== undefined) return context.skip('nm is not installed');
    assert.deepEqual(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ').pop()),
      ['approxtorch_cuda_interface'],
    );
  });
});
