// Runs the compiled tests and ends with the line `N passed, N failed, N skipped`.
// `--full` runs the heavier ones (test/full) instead, one after the other. `--gpu` runs those of plans
// on the CUDA engine, and test/cuda; without a device it fails. Further arguments select files by substring.
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const GPU_FOLDERS = ['native', 'engine', 'cuda'];

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const full = args.includes('--full');
const gpu = args.includes('--gpu');
const wanted = args.filter((arg) => !arg.startsWith('--'));

const files = readdirSync(join(root, 'dist', 'test'), { recursive: true })
  .map((path) => join(root, 'dist', 'test', path.toString()))
  .filter((path) => path.endsWith('.test.js'))
  .filter((path) => full === path.includes(join('dist', 'test', 'full')))
  .filter((path) => !gpu || GPU_FOLDERS.some((folder) => path.includes(join('dist', 'test', folder))))
  .filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))
  .sort();

// Heavy tests watch the clock, and some on a GPU its free memory.
let concurrency = full ? 1 : Math.min(2, availableParallelism());
if (gpu) {
  const { cudaStatus, whyNoCudaDevice } = await import(join(root, 'dist', 'src', 'engine', 'cuda.js'));
  const why = whyNoCudaDevice(0);
  if (why !== null) {
    process.stderr.write(`test: no test can run on CUDA: ${why}\n`);
    process.exit(3);
  }
  process.env.APPROXTORCH_TEST_DEVICE = 'cuda';
  if (!cudaStatus().codes.includes('emulated')) concurrency = 1;
} else {
  // The others are about the CPU engine, also where --device auto would find a GPU.
  process.env.APPROXTORCH_CUDA_LIBRARY ??= join(root, 'build', 'no_cuda_in_this_test.so');
}

const count = { passed: 0, failed: 0, skipped: 0 };
const stream = run({ files, concurrency });
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return;
  if (event.skip !== undefined) count.skipped += 1;
  else count.passed += 1;
});
stream.on('test:fail', (event) => {
  if (event.details.type === 'suite') return;
  count.failed += 1;
});
stream.compose(spec).pipe(process.stdout);
stream.on('end', () => {
  process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;
  setImmediate(() => {
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  });
});
