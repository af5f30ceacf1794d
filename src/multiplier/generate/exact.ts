import type { Family } from './family.js';

/** T(a, w) = a·w, for all operand types. */
export const exact: Family = {
  name: 'exact',
  about: 'exact products',
  source: 'the reference that all others approximate',
  parameters: [],
  operands: 'any',
  product: () => (a, w) => a * w,
};
