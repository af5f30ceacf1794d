import type { Multiplier } from '../multiplier.js';
import { transpose } from '../transpose.js';
import { differingEntries } from './entry.js';
import { mistakeByPlace } from './place_mistakes.js';
import { isRearranged, REARRANGEMENTS, TRANSPOSED } from './rearrangements.js';
import { mistakeByConstant, mistakeByValue } from './value_mistakes.js';

/**
 * The classic mistakes that turn the first table into the second, by name: operands exchanged, index orders confused,
 * signs lost, a quadrant off. Empty where the tables are equal or none explains the difference.
 * @param first the table to compare with; both of the same operand types and width, or of exchanged types
 */
export function classicMistakes(first: Multiplier, second: Multiplier): string[] {
  if (first.sha256 === second.sha256) return [];
  if (first.activation !== second.activation || first.weight !== second.weight) {
    return transpose(second).sha256 === first.sha256 ? [TRANSPOSED] : [];
  }
  const rearranged = REARRANGEMENTS.find((way) => isRearranged(first, second, way));
  if (rearranged) return [rearranged.name];
  const entries = differingEntries(first, second);
  return [
    ...mistakeByValue(entries, first.bits),
    ...mistakeByConstant(first, second),
    ...mistakeByPlace(first, entries),
  ];
}
