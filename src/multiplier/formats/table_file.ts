/** Operands per axis of a table file. */
export const TABLE_SIZE = 256;

/** What a file format yields: the numbers as they stand in the file, before rows and columns are understood. */
export interface TableFile {
  /** 256 × 256, row-major in the order of the file. */
  readonly values: Int32Array;
  /** Operand value of each row, where the file states it (index column). */
  readonly rowLabels?: Int32Array;
  /** Operand value of each column, where the file states it (header row). */
  readonly columnLabels?: Int32Array;
}
