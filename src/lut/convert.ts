import type { LutFormat } from '../multiplier/formats/format.js';
import { formatToWrite, type WritableTable } from '../multiplier/formats/output_format.js';
import { readDerivatives, readProducts } from '../multiplier/formats/read.js';
import { encodeTable } from '../multiplier/formats/write.js';
import { readGradientTable } from '../multiplier/gradient/load.js';
import { interpretTable, type LoadMultiplierOptions, readTableFile } from '../multiplier/load.js';
import type { OperandType } from '../multiplier/multiplier.js';
import { operandPair, operandTypes } from '../multiplier/operand_pair.js';
import { axisOrders } from '../multiplier/reading/axis_order.js';
import type { ConvertReport, TableLayout } from '../report/lut/convert_results.js';
import { UserError } from '../util/errors.js';
import { writeAtomically } from '../util/files.js';
import { packageVersion } from '../util/version.js';

export interface ConvertSettings {
  readonly input: string;
  readonly output: string;
  readonly read: LoadMultiplierOptions;
  /** The input holds derivatives, always in ascending order with activations as rows unless labelled. */
  readonly gradient: boolean;
  /** Format of the output; default: by its extension. */
  readonly to?: LutFormat;
  /** Order of the output's operands; default: two's complement in C arrays, else ascending. */
  readonly toOrder?: 'ascending' | 'twos-complement';
  /** Rows of the output are weights. */
  readonly transpose: boolean;
}

interface ReadTable {
  readonly table: WritableTable;
  readonly layout: TableLayout;
  readonly sha256: string | null;
  readonly warnings: readonly string[];
}

/**
 * Rewrites a table in another format; what was written is read again and compared.
 * @throws UserError where the input is no table, or its values do not fit the output's format
 */
export async function convertTable(settings: ConvertSettings): Promise<ConvertReport> {
  const { input, output, read, transpose, toOrder } = settings;
  if (
    settings.gradient &&
    (transpose || toOrder !== undefined || read.order !== undefined || read.indexOrder !== undefined)
  ) {
    throw new UserError(
      '--gradient: tables of derivatives are always ascending with activations as rows; leave --order, --to-order and --transpose out',
    );
  }
  const bytes = await readTableFile(input);
  const { table, layout, sha256, warnings } = settings.gradient
    ? derivatives(bytes, input, read)
    : products(bytes, input, read);
  const format = formatToWrite(output, table, settings.to);
  const order = toOrder ?? (format === 'c' && sha256 !== null ? 'twos-complement' : 'ascending');
  const content = Buffer.from(encodeTable(table, { format, order, transposed: transpose }));
  const again = reread(content, output, table, format, order, transpose);
  table.table.forEach((value, i) => {
    if (!Object.is(again[i], value))
      throw new Error(`${output}: entry ${i} was ${value}, written as ${again[i]}`);
  });
  await writeAtomically(output, content);
  const [rows, columns] = transpose ? [table.weight, table.activation] : [table.activation, table.weight];
  const named = (type: OperandType) =>
    axisOrders(table.bits).find((axis) => axis.type === type && (axis.order === order || type === 'uint8'))!
      .name;
  return {
    schemaVersion: 1,
    command: 'lut convert',
    version: packageVersion(),
    holds: sha256 === null ? 'derivatives' : 'products',
    activation: table.activation,
    weight: table.weight,
    bits: table.bits,
    sha256,
    input: layout,
    output: {
      file: output,
      format,
      rowOrder: named(rows),
      columnOrder: named(columns),
      rows: transpose ? 'weights' : 'activations',
      bytes: content.length,
    },
    warnings,
  };
}

function products(bytes: Uint8Array, file: string, options: LoadMultiplierOptions): ReadTable {
  const { multiplier, reading, warnings } = interpretTable(
    readProducts(bytes, file, options.format),
    file,
    options,
  );
  const { table, row, column } = reading.reading;
  return {
    table: multiplier,
    layout: {
      file,
      format: table.format,
      rowOrder: row.name,
      columnOrder: column.name,
      rows: reading.transposed ? 'weights' : 'activations',
    },
    sha256: multiplier.sha256,
    warnings,
  };
}

function derivatives(bytes: Uint8Array, file: string, options: LoadMultiplierOptions): ReadTable {
  const { type = 'auto', format } = options;
  if (type === 'auto') {
    throw new UserError(
      `${file}: derivatives do not tell the operands; state those of the multiplier with --types int8, uint8, int8xuint8 or uint8xint8`,
    );
  }
  const types = operandTypes(type);
  const { bits, format: found } = readDerivatives(bytes, file, format);
  const table = readGradientTable(bytes, { ...types, bits }, file, format);
  const ascending = (wanted: OperandType) =>
    axisOrders(bits).find((axis) => axis.type === wanted && axis.order === 'ascending')!.name;
  return {
    table: { ...types, bits, table },
    layout: {
      file,
      format: found,
      rowOrder: ascending(types.activation),
      columnOrder: ascending(types.weight),
      rows: 'activations',
    },
    sha256: null,
    warnings: [],
  };
}

/** The numbers of what was written, read as they were meant. */
function reread(
  content: Uint8Array,
  file: string,
  table: WritableTable,
  format: LutFormat,
  indexOrder: 'ascending' | 'twos-complement',
  transposed: boolean,
): ArrayLike<number> {
  if (table.table instanceof Float32Array) return readGradientTable(content, table, file, format);
  const type = operandPair(table.activation, table.weight);
  const order = transposed ? 'wa' : 'aw';
  return interpretTable(readProducts(content, file, format), file, { type, indexOrder, order }).multiplier
    .table;
}
