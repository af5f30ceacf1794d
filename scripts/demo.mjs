// The main job on what ships: a LeNet on synthetic digits under an approximate multiplier.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = ['eval', 'models/lenet-digits.onnx', '--lut', 'luts/broken_array9_int8.txt'];
process.stderr.write(`$ approxtorch ${args.join(' ')}\n\n`);
const { status } = spawnSync(process.execPath, ['bin/approxtorch.js', ...args], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
