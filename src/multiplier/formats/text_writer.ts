import type { Multiplier } from '../multiplier.js';

/** A multiplier in the text format: one line per activation operand, ascending, without labels. */
export function formatTextTable({ table, bits }: Multiplier): string {
  const size = 2 ** bits;
  let text = '';
  for (let i = 0; i < size; i++) text += `${table.subarray(i * size, (i + 1) * size).join(' ')}\n`;
  return text;
}
