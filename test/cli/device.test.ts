import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { chooseEngine, type GivenEngine } from '../../src/cli/device.js';
import { cudaLibraryPath } from '../../src/engine/cuda.js';
import { CPU } from '../../src/engine/device.js';
import { fakeCudaLibraries, needsCompiler } from '../support/cuda_library.js';
import { temporaryFolder } from '../support/temporary.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const absent = join(folder, 'absent.so');
const before = process.env.APPROXTORCH_CUDA_LIBRARY;
beforeEach(() => {
  process.env.APPROXTORCH_CUDA_LIBRARY = absent;
});
after(() => {
  if (before === undefined) delete process.env.APPROXTORCH_CUDA_LIBRARY;
  else process.env.APPROXTORCH_CUDA_LIBRARY = before;
});

describe('--device without a CUDA library', () => {
  test('cpu needs no reason', () => {
    assert.deepEqual(chooseEngine({ device: 'cpu' }), { engine: { device: CPU }, why: null });
  });

  test('auto, and nothing, take the CPU and say why', () => {
    for (const given of [{ device: 'auto' }, {}]) {
      const { engine, why } = chooseEngine(given);
      assert.deepEqual(engine, { device: CPU });
      assert.match(why ?? '', /^running on cpu: the CUDA library is not built/);
    }
  });

  test('cuda is refused with the reason', () => {
    const refused = (given: GivenEngine, flag: string) =>
      assert.throws(() => chooseEngine(given), {
        name: 'UserError',
        exitCode: 3,
        message: new RegExp(`^--${flag}: the CUDA library is not built .*; use --device cpu or auto$`),
      });
    for (const device of ['cuda', 'cuda:0', 'cuda:12']) refused({ device }, `device ${device}`);
    refused({ devices: 'all' }, 'devices all');
    refused({ devices: [0, 2] }, 'devices 0,2');
  });

  test('kernels are those of CUDA', () => {
    for (const device of ['cpu', 'auto']) {
      assert.throws(() => chooseEngine({ device, kernel: 'gather' }), {
        exitCode: 2,
        message: '--kernel gather: chooses between kernels of CUDA; give --device cuda, or leave it out',
      });
    }
  });
});

describe('--device with devices', needsCompiler, () => {
  const make = fakeCudaLibraries();
  const cuda = (index: number) => ({ kind: 'cuda' as const, index });
  const refusal = (given: GivenEngine, message: string) =>
    assert.throws(() => chooseEngine(given), {
      exitCode: 3,
      message: `${message}; use --device cpu or auto`,
    });

  test('auto takes the first one, and says which it is', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = make({});
    const why = 'running on cuda:0: Imagined 0';
    assert.deepEqual(chooseEngine({ device: 'auto' }), { engine: { device: cuda(0) }, why });
  });

  test('cuda and cuda:N take what was asked for', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = make({});
    for (const [device, index] of [['cuda', 0] as const, ['cuda:0', 0] as const, ['cuda:1', 1] as const]) {
      assert.deepEqual(chooseEngine({ device }), { engine: { device: cuda(index) }, why: null });
    }
  });

  test('auto takes the CPU where the first device does not run the code', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = make({ COUNT_STATUS: 2, DRIVER: 0 });
    const { engine, why } = chooseEngine({});
    assert.deepEqual(engine, { device: CPU });
    assert.match(why ?? '', /^running on cpu: there is no NVIDIA driver/);
  });

  test('several devices share the work', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = make({});
    const both = { device: cuda(0), moreDevices: [cuda(1)] };
    assert.deepEqual(chooseEngine({ devices: 'all' }), { engine: both, why: null });
    assert.deepEqual(chooseEngine({ devices: [0, 1], device: 'cuda' }).engine, both);
    assert.deepEqual(chooseEngine({ devices: [1] }).engine, { device: cuda(1) });
    refusal({ devices: [0, 2] }, '--devices 0,2: cuda:2: there is no CUDA device 2, only cuda:0 to cuda:1');
    assert.throws(() => chooseEngine({ devices: 'all', device: 'cpu' }), { exitCode: 2 });
  });

  test('a family of kernels is one that the library has', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = make({});
    assert.deepEqual(chooseEngine({ device: 'cuda', kernel: 'gather' }).engine, {
      device: cuda(0),
      kernel: 'gather',
    });
    assert.throws(() => chooseEngine({ device: 'cuda', kernel: 'x' }), {
      exitCode: 2,
      message: '--kernel x: there is no such family of kernels, expected gather',
    });
  });

  test('a library may be named by a relative path', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = relative('.', make({}));
    assert.deepEqual(chooseEngine({ device: 'cuda' }).engine.device, cuda(0));
    assert.equal(cudaLibraryPath(), resolve(process.env.APPROXTORCH_CUDA_LIBRARY));
    process.env.APPROXTORCH_CUDA_LIBRARY = 'libm.so.6';
    assert.match(chooseEngine({}).why ?? '', /is not built \(\/.*libm\.so\.6 is missing\)/);
  });

  test('says which devices there are', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = make({});
    refusal({ device: 'cuda:2' }, '--device cuda:2: there is no CUDA device 2, only cuda:0 to cuda:1');
    process.env.APPROXTORCH_CUDA_LIBRARY = make({ COUNT: 1 });
    refusal({ device: 'cuda:9999' }, '--device cuda:9999: there is no CUDA device 9999, only cuda:0');
  });

  test('says what is wrong with the device', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = make({ PROBE_STATUS: 5 });
    const why = 'the CUDA library has no code for this device, only sm_80 compute_80';
    refusal({ device: 'cuda:1' }, `--device cuda:1: ${why}`);
    refusal({ devices: 'all' }, `--devices all: cuda:1: ${why}`);
    assert.deepEqual(chooseEngine({ device: 'cuda:0' }).engine.device, cuda(0));
  });

  test('doctor shows the library, the driver and the devices', async () => {
    const env = { APPROXTORCH_CUDA_LIBRARY: make({ PROBE_STATUS: 5 }) };
    const text = await approxtorch(['doctor'], { env });
    const lines = text.stdout.replaceAll(/\n +/g, ' ');
    assert.match(lines, /^CUDA +13\.0, .*\.so$/m);
    assert.match(lines, /^CUDA library 13\.0, for sm_80 compute_80, .*\.so$/m);
    assert.match(lines, /^CUDA driver {2}supports CUDA up to 12\.8$/m);
    assert.match(
      lines,
      /^GPU 0 +Imagined 0, compute capability 9\.0, 132 multiprocessors, 79\.0 of 80\.0 GiB free$/m,
    );
    assert.match(
      lines,
      /^GPU 1 +Imagined 1, compute capability 9\.1, 133 multiprocessors, 80\.0 GiB, cannot be used: the CUDA library has no code for this device, only sm_80 compute_80$/m,
    );

    const file = join(folder, 'doctor.json');
    await approxtorch(['doctor', '--format', 'json', '--output', file], { env });
    const { cuda } = JSON.parse(readFileSync(file, 'utf8'));
    const totalMemory = 80 * 2 ** 30;
    assert.deepEqual(cuda, {
      available: true,
      version: '13.0',
      path: env.APPROXTORCH_CUDA_LIBRARY,
      problem: null,
      built: true,
      codes: ['sm_80', 'compute_80'],
      driverVersion: '12.8',
      devices: [
        {
          name: 'Imagined 0',
          computeCapability: '9.0',
          multiprocessors: 132,
          totalMemory,
          freeMemory: 79 * 2 ** 30,
          problem: null,
        },
        {
          name: 'Imagined 1',
          computeCapability: '9.1',
          multiprocessors: 133,
          totalMemory,
          freeMemory: null,
          problem: 'the CUDA library has no code for this device, only sm_80 compute_80',
        },
      ],
    });
  });
});
