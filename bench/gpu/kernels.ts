import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagePath } from '../../src/util/paths.js';

const FLAGS = ['-std=c++17', '-O3', '-fmad=false', '-arch=native'];

/** The kernels alone, timed by CUDA events: compiles bench/gpu/*.cu with nvcc and runs them. */
export function benchKernels(): void {
  const sources = (folder: string) =>
    readdirSync(packagePath(...folder.split('/')))
      .filter((name) => /\.(cu|cc)$/.test(name))
      .map((name) => packagePath(...folder.split('/'), name));
  run('lut_gemm', sources('kernels/lut_gemm'));
  run('conv_gradients', [...sources('kernels/linear_gemm'), packagePath('native', 'spec', 'conv_shape.cc')]);
}

function run(name: string, sources: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'approxtorch-bench-'));
  try {
    const program = join(folder, name);
    const source = packagePath('bench', 'gpu', `${name}.cu`);
    const built = spawnSync('nvcc', [...FLAGS, '-o', program, source, ...sources, '-ldl'], {
      encoding: 'utf8',
    });
    if (built.error !== undefined) {
      process.stdout.write(`  ${name}: skipped, there is no nvcc\n`);
      return;
    }
    if (built.status !== 0) throw new Error(`nvcc: ${built.stderr}`);
    const { status } = spawnSync(program, [], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`${name} ended with ${status}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
