import { printable, wrap } from './printable.js';

/** Text broken into lines; the second and later ones are indented by two blanks. */
export function paragraph(text: string, width: number): string[] {
  const [first = '', ...more] = wrap(printable(text), width - 2);
  return [first, ...more.map((line) => `  ${line}`)];
}
