import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeTable } from '../src/multiplier/formats/write.js';
import { generateMultiplier } from '../src/multiplier/generate/generate.js';
import { packagePath } from '../src/util/paths.js';
import { inTurn, median } from './measure.js';

/** Tables in the folder. */
const TABLES = 500;

/** `lut info` and `lut build` as whole processes, in seconds. */
export async function benchLutToolkit(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'approxtorch-bench-'));
  try {
    const tables = join(folder, 'tables');
    mkdirSync(tables);
    writeTables(tables);
    const run = (args: readonly string[]) => async () => {
      const { status, stderr } = spawnSync(
        process.execPath,
        [packagePath('bin', 'approxtorch.js'), ...args],
        {
          encoding: 'utf8',
          maxBuffer: 2 ** 26,
        },
      );
      if (status !== 0) throw new Error(`approxtorch ${args.join(' ')}: ${stderr}`);
    };
    const netlist = packagePath('test', 'fixtures', 'designs', 'verilog', 'array.v');
    const single = await inTurn(
      {
        'lut info, one table': run(['lut', 'info', packagePath('luts', 'drum2_int8.txt')]),
        'lut build, an 8×8 netlist': run(['lut', 'build', netlist, '-o', join(folder, 'built.txt')]),
      },
      5,
    );
    const many = await inTurn({ [`lut info, ${TABLES} tables`]: run(['lut', 'info', tables]) }, 1);
    for (const [name, seconds] of Object.entries({ ...single, ...many })) {
      process.stdout.write(`  ${name.padEnd(28)} ${median(seconds).toFixed(2)} s\n`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Tables of full and of low rank, as text. */
function writeTables(folder: string): void {
  const options = { activation: 'int8', weight: 'int8', bits: 8 } as const;
  for (let i = 0; i < TABLES; i++) {
    const [family, signMagnitude, parameters] = (
      [
        ['uniform-noise', false, { amplitude: 200, seed: i }],
        ['broken-array', true, { 'vertical-break': 1 + (i % 13) }],
        ['drum', true, { k: 2 + (i % 6) }],
        ['perforated', false, { 'first-row': i % 4, rows: 1 + (i % 3) }],
      ] as const
    )[i % 4]!;
    const multiplier = generateMultiplier(family, { ...options, signMagnitude, parameters });
    writeFileSync(join(folder, `${i}.txt`), encodeTable(multiplier, { format: 'text' }));
  }
}
