import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../src/util/paths.js';
import { temporaryFolder } from './temporary.js';

/** Options for `describe` or `test`: skips with a reason where there is no C compiler. */
export const needsCompiler: { skip?: string } =
  spawnSync('cc', ['--version']).error === undefined ? {} : { skip: 'cc is not installed' };

/** What a made CUDA library answers. Statuses are the numbers of kernels/interface.h. */
export interface FakeCuda {
  readonly VERSION?: number;
  readonly SIZE?: string;
  readonly DRIVER?: number;
  readonly VERSIONS_STATUS?: number;
  readonly COUNT?: number;
  readonly COUNT_STATUS?: number;
  readonly PROPERTIES_STATUS?: number;
  /** Of device 1; the others work. */
  readonly PROBE_STATUS?: number;
  /** A C string. */
  readonly TEXT?: string;
}

const defaults: Required<FakeCuda> = {
  VERSION: 1,
  SIZE: 'sizeof(ApproxtorchCudaInterface)',
  DRIVER: 12080,
  VERSIONS_STATUS: 0,
  COUNT: 2,
  COUNT_STATUS: 0,
  PROPERTIES_STATUS: 0,
  PROBE_STATUS: 0,
  TEXT: '"out of order"',
};

// Plain C, which also shows that the interface is.
const source = `
#include "interface.h"
#include <string.h>

static int32_t outcome(int32_t status, char* error, size_t size) {
  if (status != APPROXTORCH_CUDA_OK) strncpy(error, TEXT, size);
  return status;
}
static int32_t versions(int32_t* runtime, int32_t* driver, char* error, size_t size) {
  *runtime = 13000;
  *driver = DRIVER;
  return outcome(VERSIONS_STATUS, error, size);
}
static int32_t deviceCount(int32_t* count, char* error, size_t size) {
  *count = COUNT;
  return outcome(COUNT_STATUS, error, size);
}
static int32_t deviceProperties(int32_t index, ApproxtorchCudaDevice* device, char* error, size_t size) {
  memset(device, 0, sizeof *device);
  strcpy(device->name, "Imagined 0");
  device->name[9] += index;
  device->major = 9;
  device->minor = index;
  device->multiprocessors = 132 + index;
  device->totalMemory = 80ull << 30;
  return outcome(PROPERTIES_STATUS, error, size);
}
static int32_t probeDevice(int32_t index, uint64_t* freeMemory, char* error, size_t size) {
  *freeMemory = 79ull << 30;
  return outcome(index == 1 ? PROBE_STATUS : 0, error, size);
}
static const ApproxtorchCudaInterface table = {
  VERSION, SIZE, "sm_80 compute_80", versions, deviceCount, deviceProperties, probeDevice,
  .opTypes = "Relu", .kernels = "gather"};

__attribute__((visibility("default"))) const ApproxtorchCudaInterface* approxtorch_cuda_interface(void) {
  return &table;
}
`;

/**
 * A maker of shared libraries with the CUDA library's interface and without CUDA, in a folder that is removed after
 * the tests of the file. A library is never unloaded, so each has a file of its own.
 */
export function fakeCudaLibraries(): (answers: FakeCuda) => string {
  const folder = temporaryFolder();
  let count = 0;
  return (answers) => {
    const defines = Object.entries({ ...defaults, ...answers }).map(([name, value]) => `-D${name}=${value}`);
    return compileLibrary(folder, `cuda${count++}`, source, defines);
  };
}

/** Compiles C text into a shared library of this folder; the library's path. */
export function compileLibrary(
  folder: string,
  name: string,
  text: string,
  flags: readonly string[] = [],
): string {
  const file = join(folder, `${name}.c`);
  const library = join(folder, `${name}.so`);
  writeFileSync(file, text);
  const args = [
    '-std=c99',
    '-Wall',
    '-Wextra',
    '-Wno-missing-field-initializers',
    '-Werror',
    '-shared',
    '-fPIC',
    `-I${packagePath('kernels')}`,
  ];
  const { status, stderr } = spawnSync('cc', [...args, ...flags, '-o', library, file], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return library;
}
