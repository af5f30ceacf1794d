import { createHash } from 'node:crypto';
import { type Attributes, attributesOf, textOf } from './markup.js';

/** Elements without content or end tag. */
const voidElements: ReadonlySet<string> = new Set(['img', 'input', 'meta']);

/** An HTML element. `content` is markup: text goes through `textOf` first. */
export function html(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const start = `<${name}${attributesOf(attributes)}>`;
  return voidElements.has(name) ? start : `${start}${content.join('')}</${name}>`;
}

/** A page that stands alone. */
export interface Page {
  readonly title: string;
  /** Rules beside those that all pages have. */
  readonly style: string;
  /** Markup. */
  readonly body: readonly string[];
  /** JavaScript, run after the body was read. */
  readonly script: string;
}

const baseStyle = `
:root { color-scheme: light dark; --paper: #ffffff; --raised: #f6f8fa; --ink: #1f2328; --quiet: #57606a; --line: #d8dee4; --accent: #0969da; }
@media (prefers-color-scheme: dark) {
:root { --paper: #0d1117; --raised: #161b22; --ink: #e6edf3; --quiet: #9aa4af; --line: #30363d; --accent: #58a6ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 16px; font: 14px/1.45 system-ui, "DejaVu Sans", sans-serif; background: var(--paper); color: var(--ink); }
h1 { margin: 0; font-size: 20px; overflow-wrap: anywhere; }
h2 { margin: 24px 0 8px; font-size: 15px; }
p { margin: 4px 0; overflow-wrap: anywhere; }
.muted { color: var(--quiet); }
input { font: inherit; padding: 4px 8px; border: 1px solid var(--line); border-radius: 4px; background: var(--paper); color: var(--ink); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
`;

/** The page as a document. It loads nothing, and no other script or style than its own runs in it. */
export function htmlPage({ title, style, body, script }: Page): string {
  const css = `${baseStyle}${style}`;
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src '${sourceHash(css)}'`,
    `script-src '${sourceHash(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const head = [
    html('meta', { charset: 'utf-8' }),
    html('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    html('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    html('title', {}, textOf(title)),
    html('style', {}, css),
  ];
  const content = [...body, html('script', {}, script)];
  return [
    '<!doctype html>',
    '<html lang="en">',
    html('head', {}, `\n${head.join('\n')}\n`),
    html('body', {}, `\n${content.join('\n')}\n`),
    '</html>\n',
  ].join('\n');
}

/** Of an inline style or script, as a content security policy names it. */
function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
