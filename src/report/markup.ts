import { printable } from './printable.js';

/** Attributes of an element of XML or HTML; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Attributes as they stand in a tag, with a blank before each. Values may come from a file. */
export function attributesOf(attributes: Attributes): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${typeof value === 'number' ? coordinate(value) : textOf(String(value))}"`,
    )
    .join('');
}

/** Text from a file as content or as the value of an attribute: no markup, no characters that XML forbids. */
export function textOf(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A hundredth of a pixel is enough. */
function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
