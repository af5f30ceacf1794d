import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { html, htmlPage } from '../../src/report/html.js';

const page = htmlPage({
  title: '</title><script>alert(1)</script>',
  style: 'p { color: red; }',
  script: "document.title = '';",
  body: [html('p', {}, 'text')],
});

test('elements are closed, except void ones', () => {
  assert.equal(html('p', { class: 'a' }), '<p class="a"></p>');
  assert.equal(html('td', {}, 'a', 'b'), '<td>ab</td>');
  assert.equal(html('img', { alt: '' }), '<img alt="">');
});

test('the policy lets the style and the script of the page in, and nothing else', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!;
  const hash = (tag: string) => {
    const content = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)![1]!;
    return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  };
  const rules = new Map(policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]));
  assert.deepEqual(rules.get('default-src'), ["'none'"]);
  assert.deepEqual(rules.get('script-src'), [hash('script')]);
  assert.deepEqual(rules.get('style-src'), [hash('style')]);
  assert.deepEqual(rules.get('img-src'), ['data:']);
});

test('the title is text', () => {
  assert.match(page, /<title>&lt;\/title&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;<\/title>/);
  assert.equal(page.match(/<script/g)!.length, 1);
});
