import { type Attributes, attributesOf, textOf } from './markup.js';

/** An SVG element. `content` is markup: text goes through `textOf` first. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const start = `<${name}${attributesOf(attributes)}`;
  return content === '' ? `${start}/>` : `${start}>${content}</${name}>`;
}

/** A picture that stands alone: a sheet of paper of so many pixels, a style sheet and what is drawn. */
export function picture(
  size: { readonly width: number; readonly height: number },
  title: string,
  style: string,
  parts: readonly string[],
): string {
  const { width, height } = size;
  const canvas = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
  };
  const content = [
    element('title', {}, textOf(title)),
    element('style', {}, style),
    element('rect', { class: 'paper', width, height }),
    ...parts,
  ];
  return `${element('svg', canvas, `\n${content.join('\n')}\n`)}\n`;
}
