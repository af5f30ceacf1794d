const names: Readonly<Record<string, string>> = {
  text: 'text matrix',
  csv: 'text matrix with commas',
  triples: 'lines of triples',
  npy: '.npy',
  u16: 'raw uint16, little-endian',
  i16: 'raw int16, little-endian',
  i32: 'raw int32, little-endian',
  f32: 'raw float32, little-endian',
  c: 'C array',
};

/** A file format in words. */
export function formatName(format: string): string {
  return names[format] ?? format;
}
