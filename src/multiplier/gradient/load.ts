import { UserError } from '../../util/errors.js';
import { readTableFile } from '../load.js';
import type { Multiplier } from '../multiplier.js';
import { type GradientTables, gradientTables } from './gradient_tables.js';

/** A number or what stands for one, the end of a line, or a comment. */
const TOKEN = /[^\s,;|#]+|\n|#.*/g;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function numberOf(token: string, file: string, line: number): number {
  const shown = JSON.stringify(token.length > 24 ? `${token.slice(0, 24)}…` : token);
  if (!NUMBER.test(token)) throw new UserError(`${file}:${line}: expected a number, got ${shown}`);
  const value = Math.fround(Number(token));
  if (!Number.isFinite(value)) throw new UserError(`${file}:${line}: ${shown} is too large for float32`);
  return value;
}

/**
 * Reads a table of gradients: size × size decimal numbers, row = activation, column = weight, both in ascending
 * order of the operand, separated by white space, commas, semicolons or bars, broken into lines at will. `#` starts
 * a comment.
 * Throws a UserError, with the line where there is one, for everything else.
 */
export function readGradientTable(bytes: Uint8Array, size: number, file: string): Float32Array {
  const table = new Float32Array(size * size);
  let count = 0;
  let line = 1;
  let inLine = 0;
  let odd = '';
  const closeLine = () => {
    if (inLine > 0 && inLine !== size) odd ||= `; line ${line} holds ${inLine} of ${size}`;
    inLine = 0;
  };
  for (const [token] of Buffer.from(bytes).toString('latin1').matchAll(TOKEN)) {
    if (token === '\n') {
      closeLine();
      line++;
    } else if (!token.startsWith('#')) {
      const value = numberOf(token, file, line);
      if (count < table.length) table[count] = value;
      count++;
      inLine++;
    }
  }
  closeLine();
  if (count === table.length) return table;
  throw new UserError(`${file}: ${count} numbers, expected ${table.length} (${size} × ${size})${odd}`);
}

/**
 * Gradient tables from two files (see `readGradientTable`): estimates of ∂T/∂a and of ∂T/∂w.
 * Throws a UserError where one is missing or no such table.
 */
export async function loadGradientTables(
  multiplier: Multiplier,
  activationFile: string,
  weightFile: string,
): Promise<GradientTables> {
  const read = async (file: string) =>
    readGradientTable(await readTableFile(file), 2 ** multiplier.bits, file);
  return gradientTables(await read(activationFile), await read(weightFile), multiplier);
}
