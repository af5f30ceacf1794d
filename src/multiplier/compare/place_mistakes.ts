import { firstOperand, type Multiplier } from '../multiplier.js';
import type { Entry } from './entry.js';

/** Places that mistakes keep to, the smaller ones first. */
const PLACES: readonly { readonly name: string; readonly holds: (a: number, w: number) => boolean }[] = [
  { name: 'in the quadrant a < 0, w < 0', holds: (a, w) => a < 0 && w < 0 },
  { name: 'in the quadrant a < 0, w ≥ 0', holds: (a, w) => a < 0 && w >= 0 },
  { name: 'in the quadrant a ≥ 0, w < 0', holds: (a, w) => a >= 0 && w < 0 },
  { name: 'where one operand is negative', holds: (a, w) => a < 0 !== w < 0 },
  { name: 'where an operand is negative', holds: (a, w) => a < 0 || w < 0 },
];

/** From this share of a place's entries on, the place as a whole is off. */
const WHOLE_PLACE = 0.9;

/** The smallest place that all differing entries keep to, in words. */
export function mistakeByPlace(first: Multiplier, entries: readonly Entry[]): string[] {
  const rows = new Set(entries.map(({ a }) => a));
  const columns = new Set(entries.map(({ w }) => w));
  const [row] = rows;
  const [column] = columns;
  if (rows.size === 1 && columns.size > 1) return [`the tables differ only in the row a = ${row}`];
  if (columns.size === 1 && rows.size > 1) return [`the tables differ only in the column w = ${column}`];
  const a0 = firstOperand(first.activation, first.bits);
  const w0 = firstOperand(first.weight, first.bits);
  if (a0 < 0 && w0 < 0 && rows.size > 1 && entries.every(({ a, w }) => a === a0 || w === w0)) {
    return [`the tables differ only in products of the operand ${a0}`];
  }
  const place = PLACES.find(({ holds }) => entries.every(({ a, w }) => holds(a, w)));
  if (place === undefined || entries.length === 1) return [];
  let size = 0;
  first.table.forEach((_, i) => {
    if (place.holds(Math.floor(i / 2 ** first.bits) + a0, (i % 2 ** first.bits) + w0)) size++;
  });
  const whole = entries.length >= WHOLE_PLACE * size ? ', nearly everywhere there' : '';
  return [`the tables differ only ${place.name}${whole}`];
}
