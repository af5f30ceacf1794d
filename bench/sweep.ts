import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagePath } from '../src/util/paths.js';

interface Case {
  readonly name: string;
  readonly model: string;
  readonly data: string;
  readonly preprocess: string;
  readonly tables: number;
}

const cases: readonly Case[] = [
  {
    name: 'LeNet-5, MNIST',
    model: 'lenet5-mnist-own.op17.onnx',
    data: 'mnist',
    preprocess: 'mnist',
    tables: 14,
  },
  {
    name: 'ResNet-20, CIFAR-10',
    model: 'resnet20-cifar10-akamaster.folded.op17.onnx',
    data: 'cifar10',
    preprocess: 'cifar10-imagenet-stats',
    tables: 4,
  },
];

/** A sweep over tables by `bench` beside one `eval` for each table, all as whole processes on the complete test sets. */
export async function benchSweep(): Promise<void> {
  const data = join(process.env.APPROXTORCH_SHARED ?? packagePath('..', 'shared'), 'data');
  if (!existsSync(data)) {
    process.stdout.write('  skipped: the real data are not beside this checkout\n');
    return;
  }
  const folder = join(data, 'luts', 'tf-approximate');
  const all = readdirSync(folder)
    .sort()
    .map((file) => join(folder, file));
  for (const { name, model, data: images, preprocess, tables } of cases) {
    const common = ['--data', join(data, images), '--preprocess', preprocess, '--quiet'];
    const file = join(data, 'models', model);
    const luts = all.slice(0, tables);
    const separate = (baselines: string) => () => {
      for (const lut of luts) run(['eval', file, '--lut', lut, '--baselines', baselines, ...common]);
    };
    const whole = seconds(() => runSuite(file, luts, join(data, images), preprocess));
    const full = seconds(separate('float,exact'));
    const alone = seconds(separate('none'));
    process.stdout.write(
      `  ${name}, ${tables} tables: bench ${whole.toFixed(1)} s; throughput ÷ separate eval ${(full / whole).toFixed(2)}, ÷ eval --baselines none ${(alone / whole).toFixed(2)}\n`,
    );
  }
}

function runSuite(model: string, multipliers: readonly string[], data: string, preprocess: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'approxtorch-bench-'));
  try {
    const suite = join(folder, 'suite.json');
    writeFileSync(suite, JSON.stringify({ models: [model], multipliers, data, preprocess }));
    run(['bench', suite, '--quiet']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [packagePath('bin', 'approxtorch.js'), ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`approxtorch ${args.join(' ')}: ${stderr}`);
}

function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}
