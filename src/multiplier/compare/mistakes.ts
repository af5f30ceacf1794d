import { firstOperand, type Multiplier } from '../multiplier.js';
import { isRearranged, REARRANGEMENTS } from './rearrangements.js';

/** The two values of an entry in which tables differ, and where. */
interface Entry {
  readonly a: number;
  readonly w: number;
  readonly first: number;
  readonly second: number;
}

interface ValueMistake {
  readonly name: string;
  readonly holds: (entry: Entry) => boolean;
}

/** Mistakes that explain every differing entry by its value. */
function valueMistakes(first: Multiplier): ValueMistake[] {
  const wrap = 4 ** first.bits;
  return [
    { name: 'products that differ have the opposite sign', holds: (e) => e.second === -e.first },
    {
      name: `${2 * first.bits}-bit products were taken as signed in one table and as unsigned in the other: they differ by ${wrap}`,
      holds: (e) => Math.abs(e.second - e.first) === wrap,
    },
    {
      name: 'products were cut to 16 bits: they differ by multiples of 65536',
      holds: (e) => (e.second - e.first) % 65536 === 0,
    },
    {
      name: 'products were limited to int16: too large ones became 32767 or -32768',
      holds: (e) => e.second === Math.min(32767, Math.max(-32768, e.first)),
    },
  ];
}

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

/**
 * The classic mistakes that turn the first table into the second, by name: operands exchanged, index orders confused,
 * signs lost, a quadrant off. Empty where the tables are equal or none explains the difference.
 * @param first the table to compare with; both of the same operand types and width
 */
export function classicMistakes(first: Multiplier, second: Multiplier): string[] {
  if (first.sha256 === second.sha256) return [];
  const rearranged = REARRANGEMENTS.find((way) => isRearranged(first, second, way));
  if (rearranged) return [rearranged.name];
  const entries = differingEntries(first, second);
  return [...byValue(first, entries), ...byFactor(first, second), ...byPlace(first, entries)];
}

function differingEntries(first: Multiplier, second: Multiplier): Entry[] {
  const size = 2 ** first.bits;
  const a0 = firstOperand(first.activation, first.bits);
  const w0 = firstOperand(first.weight, first.bits);
  const entries: Entry[] = [];
  first.table.forEach((value, i) => {
    if (second.table[i] === value) return;
    entries.push({
      a: Math.floor(i / size) + a0,
      w: (i % size) + w0,
      first: value,
      second: second.table[i]!,
    });
  });
  return entries;
}

function byValue(first: Multiplier, entries: readonly Entry[]): string[] {
  return valueMistakes(first)
    .filter(({ holds }) => entries.every(holds))
    .slice(0, 1)
    .map(({ name }) => name);
}

/** A constant factor or a constant added to all entries. */
function byFactor(first: Multiplier, second: Multiplier): string[] {
  const offset = second.table[0]! - first.table[0]!;
  if (offset !== 0 && first.table.every((value, i) => second.table[i]! - value === offset)) {
    return [`the second has ${offset} added to every product`];
  }
  const at = first.table.findIndex((value) => value !== 0);
  const factor = at < 0 ? Number.NaN : second.table[at]! / first.table[at]!;
  if (factor !== 1 && factor !== -1 && first.table.every((value, i) => second.table[i] === value * factor)) {
    return [`the second has every product multiplied by ${factor}`];
  }
  return [];
}

function byPlace(first: Multiplier, entries: readonly Entry[]): string[] {
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
