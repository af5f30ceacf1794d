// Biome for TypeScript, clang-format for C++ and CUDA (skipped with a note where it is not installed).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const fix = process.argv.includes('--fix');

/** @param {string} command @param {string[]} args */
function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

const biome = run('node_modules/.bin/biome', ['check', '--error-on-warnings', ...(fix ? ['--write'] : [])]);
const sources = spawnSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.cc', '*.h', '*.cu', '*.cuh'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .stdout.split('\n')
  .filter(Boolean);
let clang = { status: 0 };
if (run('clang-format', ['--version']).error) {
  process.stderr.write('lint: clang-format is not installed; C++ formatting was not checked\n');
} else if (sources.length > 0) {
  clang = run('clang-format', [...(fix ? ['-i'] : ['--dry-run', '--Werror']), ...sources]);
}
process.exitCode = biome.status || clang.status ? 1 : 0;
