import { recognize } from '../multiplier/catalog/catalog.js';
import { readProducts } from '../multiplier/formats/read.js';
import {
  interpretTable,
  type LoadMultiplierOptions,
  readTableFile,
  type TableReading,
} from '../multiplier/load.js';
import type { Multiplier } from '../multiplier/multiplier.js';

/** A table file that was read. */
export interface OpenedTable {
  readonly file: string;
  readonly multiplier: Multiplier;
  readonly reading: TableReading;
  /** Of the reading, and of the axes where their order was assumed and matters. */
  readonly warnings: readonly string[];
}

/** @throws UserError where the file is no table, or its operands remain in doubt */
export async function openTable(file: string, options: LoadMultiplierOptions): Promise<OpenedTable> {
  const loaded = interpretTable(readProducts(await readTableFile(file), file, options.format), file, options);
  return { file, ...loaded };
}

/** What the catalogue calls a multiplier: 'mul8s_1KVL (EvoApproxLib)'; null where it is unknown. */
export function knownAs(multiplier: Multiplier): string | null {
  const recognized = recognize(multiplier);
  if (recognized === undefined) return null;
  const { names } = recognized.known;
  const libraries = names.map(({ library }) => library).join(', ');
  return `${names[0]!.name} (${libraries})${recognized.transposed ? ', operands exchanged' : ''}`;
}
