import type { RawFormat } from './raw.js';

/** C types of raw formats. */
const TYPES: Readonly<Record<RawFormat, string>> = {
  u16: 'uint16_t',
  i16: 'int16_t',
  i32: 'int32_t',
  f32: 'float',
};

/**
 * A table as a C header: `const int16_t lut[256][256] = {{…}, …};`
 * @param rows in the order of the file
 * @param format the raw format whose numbers hold all values
 * @param comment one line on what rows and columns are
 */
export function formatCArray(
  rows: readonly (readonly string[])[],
  format: RawFormat,
  comment: string,
): string {
  const body = rows.map((row) => `{${row.join(', ')}}`).join(',\n');
  const include = format === 'f32' ? '' : '#include <stdint.h>\n\n';
  return `${include}/* ${comment} */\nconst ${TYPES[format]} lut[${rows.length}][${rows.length}] = {\n${body}};\n`;
}
