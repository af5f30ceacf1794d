import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { chooseDevice } from '../../src/cli/device.js';
import { cudaLibraryPath } from '../../src/engine/cuda.js';
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
    assert.deepEqual(chooseDevice('cpu'), { device: 'cpu', why: null });
  });

  test('auto takes the CPU and says why', () => {
    const { device, why } = chooseDevice('auto');
    assert.equal(device, 'cpu');
    assert.match(why ?? '', /^the CUDA library is not built/);
  });

  test('cuda is refused with the reason', () => {
    for (const device of ['cuda', 'cuda:0', 'cuda:12']) {
      assert.throws(() => chooseDevice(device), {
        name: 'UserError',
        exitCode: 3,
        message: new RegExp(
          `^--device ${device}: the CUDA library is not built .*; use --device cpu or auto$`,
        ),
      });
    }
  });
});

describe('--device with devices', needsCompiler, () => {
  const make = fakeCudaLibraries();
  const refusal = (device: string, message: string) =>
    assert.throws(() => chooseDevice(device), {
      exitCode: 3,
      message: `--device ${device}: ${message}; use --device cpu or auto`,
    });

  test('says that there is no engine yet', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = make({});
    const why = "this version's CUDA library has no engine yet";
    assert.deepEqual(chooseDevice('auto'), { device: 'cpu', why });
    for (const device of ['cuda', 'cuda:0', 'cuda:1']) refusal(device, why);
  });

  test('a library may be named by a relative path', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = relative('.', make({}));
    refusal('cuda', "this version's CUDA library has no engine yet");
    assert.equal(cudaLibraryPath(), resolve(process.env.APPROXTORCH_CUDA_LIBRARY));
    process.env.APPROXTORCH_CUDA_LIBRARY = 'libm.so.6';
    assert.match(chooseDevice('auto').why ?? '', /is not built \(\/.*libm\.so\.6 is missing\)/);
  });

  test('says which devices there are', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = make({});
    refusal('cuda:2', 'there is no CUDA device 2, only cuda:0 to cuda:1');
    process.env.APPROXTORCH_CUDA_LIBRARY = make({ COUNT: 1 });
    refusal('cuda:9999', 'there is no CUDA device 9999, only cuda:0');
  });

  test('says what is wrong with the device', () => {
    process.env.APPROXTORCH_CUDA_LIBRARY = make({ PROBE_STATUS: 5 });
    refusal('cuda:1', 'the CUDA library has no code for this device, only sm_80 compute_80');
    refusal('cuda:0', "this version's CUDA library has no engine yet");
  });

  test('doctor shows the library, the driver and the devices', async () => {
    const env = { APPROXTORCH_CUDA_LIBRARY: make({ PROBE_STATUS: 5 }) };
    const text = await approxtorch(['doctor'], { env });
    const lines = text.stdout.replaceAll(/\n +/g, ' ');
    assert.match(lines, /^CUDA +off: this version's CUDA library has no engine yet$/m);
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
      available: false,
      version: '13.0',
      path: env.APPROXTORCH_CUDA_LIBRARY,
      problem: "this version's CUDA library has no engine yet",
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
