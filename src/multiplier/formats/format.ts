/** What files a table is kept in; raw ones are little-endian without a header. */
export const LUT_FORMATS = ['text', 'csv', 'triples', 'npy', 'u16', 'i16', 'i32', 'f32', 'c'] as const;
export type LutFormat = (typeof LUT_FORMATS)[number];
