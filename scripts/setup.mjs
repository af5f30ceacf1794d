// Installs, compiles the TypeScript and builds the native addon; each step only where it is out of date.
// Uses nothing outside Node itself, because it runs before `npm ci` did.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampDir = join(root, 'node_modules', '.approxtorch');

/** @param {string[]} paths @param {string} tools versions of what builds, where it is not Node alone */
function hashOf(paths, tools) {
  const hash = createHash('sha256').update(process.version).update(tools);
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else {
      hash.update(path.slice(root.length)).update(readFileSync(path));
    }
  };
  for (const path of paths) visit(join(root, path));
  return hash.digest('hex');
}

/** @param {string} label @param {string} command @param {string[]} args */
function run(label, command, args) {
  process.stderr.write(`setup: ${label}\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error || status !== 0) {
    process.stderr.write(`setup: ${label} failed${error ? `: ${error.message}` : ''}\n`);
    process.exit(1);
  }
}

/** The nvcc that CMake finds, so that the CUDA library is built once there is one; empty where there is none. */
function nvccVersion() {
  const { CUDACXX, CUDA_PATH } = process.env;
  const candidates = [CUDACXX, 'nvcc', CUDA_PATH && join(CUDA_PATH, 'bin', 'nvcc')].filter(Boolean);
  const found = candidates.map((path) => spawnSync(path, ['--version'], { encoding: 'utf8' }));
  return found.find(({ status }) => status === 0)?.stdout ?? '';
}

/**
 * @param {string} name @param {string[]} inputs @param {string} output @param {() => void} build
 * @param {string} tools as in hashOf
 */
function step(name, inputs, output, build, tools = '') {
  const stamp = join(stampDir, name);
  const hash = hashOf(inputs, tools);
  const done = existsSync(join(root, output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (done) return;
  build();
  mkdirSync(stampDir, { recursive: true });
  writeFileSync(stamp, hash);
}

step('install', ['package-lock.json'], 'node_modules/typescript', () => {
  run('npm ci', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
});
step(
  'typescript',
  ['tsconfig.json', 'package-lock.json', 'src', 'test', 'bench'],
  'dist/src/index.js',
  () => {
    run('tsc', process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', '.']);
  },
);
step(
  'native',
  ['CMakeLists.txt', 'package-lock.json', 'native', 'kernels'],
  'build/Release/approxtorch.node',
  () => {
    // Configured anew: compiling alone would not see that an nvcc came or went.
    for (const command of ['configure', 'compile']) {
      const cmakeJs = join('node_modules', 'cmake-js', 'bin', 'cmake-js');
      run(`cmake-js ${command}`, process.execPath, [cmakeJs, command, '--log-level', 'warn']);
    }
  },
  nvccVersion(),
);
