import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'node:test';
import type { OperandType } from '../../../src/multiplier/multiplier.js';
import { packagePath } from '../../../src/util/paths.js';
import { temporaryFolder } from '../../support/temporary.js';

/** Options for `describe` or `test`: skips with a reason where a tool is not installed. */
export function needsTools(...tools: string[]): { skip?: string } {
  const missing = tools.find((tool) => spawnSync(tool, ['-V']).error !== undefined);
  return missing === undefined ? {} : { skip: `${missing} is not installed` };
}

export const needsC = needsTools('cc');
export const needsVerilog = needsTools('iverilog', 'vvp');

/** Path of one of our own designs, e.g. `fixture('c', 'array.c')`. */
export function fixture(...segments: string[]): string {
  return packagePath('test', 'fixtures', 'designs', ...segments);
}

/** A fresh folder of an awkward name. */
function awkwardFolder(): string {
  const folder = join(temporaryFolder(), 'a \'b\' "c" $(d) `e` \\f é');
  mkdirSync(folder);
  return folder;
}

/** A function that writes a source into a fresh folder and returns its path. */
export function sourceFolder(): (name: string, text: string) => string {
  const folder = awkwardFolder();
  return (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
}

/** From now on temporary files go to a folder of their own; each test of the file that leaves one there fails. */
export function expectNothingLeft(): void {
  const folder = awkwardFolder();
  process.env.TMPDIR = folder;
  afterEach(() => assert.deepEqual(readdirSync(folder), []));
}

/** The canonical table of a function of two operand values, as plain loops. */
export function tableOf(
  [activation, weight]: readonly [OperandType, OperandType],
  bits: number,
  product: (a: number, w: number) => number,
): Int32Array {
  const size = 2 ** bits;
  const half = size / 2;
  const table = new Int32Array(size * size);
  let at = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      table[at++] = product(activation === 'int8' ? i - half : i, weight === 'int8' ? j - half : j);
    }
  }
  return table;
}

export const SIGNED = ['int8', 'int8'] as const;
export const UNSIGNED = ['uint8', 'uint8'] as const;
