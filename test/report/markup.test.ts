import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributesOf, textOf } from '../../src/report/markup.js';
import { fc } from '../support/property.js';

test('text from a file is no markup and holds no characters that XML forbids', () => {
  assert.equal(textOf(`</a>&"'`), `&lt;/a&gt;&amp;&quot;'`);
  assert.equal(textOf('a\u0000b\u001bc\ud800\uffff\u202e'), 'a�b�c���');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(textOf(text), /[<>"\p{Cc}\ufffe\uffff]|&(?!amp;|lt;|gt;|quot;)/u);
    }),
  );
});

test('attributes are quoted; undefined ones are left out', () => {
  assert.equal(attributesOf({ a: 'x"y\n', b: 1.23456, c: undefined }), ' a="x&quot;y�" b="1.23"');
});
