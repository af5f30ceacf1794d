import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeTunedModel, readTunedModel, type TunedModel, tunedKey } from '../../src/eval/tuned_model.js';
import { fc } from '../support/property.js';
import { tunedModel } from '../support/tuned_model.js';

function read(text: string): { tuned: TunedModel | undefined; warnings: string[] } {
  const warnings: string[] = [];
  const tuned = readTunedModel(new Map([[tunedKey, text]]), 'net.onnx', (message) => warnings.push(message));
  return { tuned, warnings };
}

test('what a retrained model says of itself is read as it was written', () => {
  const names = fc.string().filter((name) => name !== '__proto__');
  fc.assert(
    fc.property(
      fc.dictionary(
        names,
        fc.tuple(
          fc.double({ max: 0, noNaN: true, noDefaultInfinity: true }),
          fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }),
        ),
      ),
      fc.constantFrom('aw' as const, 'wa' as const),
      fc.boolean(),
      (ranges, lutOrder, shared) => {
        const tuned = tunedModel(
          {
            lutOrder,
            layers: [
              { pattern: '*', lut: 'b.txt', sha256: 'cd'.repeat(32) },
              { pattern: 'fc=1', lut: 'float' },
            ],
            // JSON has no −0.
            ranges: new Map(
              Object.entries(ranges).map(([name, [min, max]]) => [name, { min: min + 0, max: max + 0 }]),
            ),
          },
          { dataset: { spec: 'mnist/', name: 'mnist', split: 'train', shared } },
        );
        const { tuned: found, warnings } = read(encodeTunedModel(tuned));
        assert.deepEqual(found, tuned);
        assert.deepEqual(warnings, []);
      },
    ),
  );
});

test('a model that was retrained in float', () => {
  const tuned = tunedModel(null);
  assert.deepEqual(read(encodeTunedModel(tuned)).tuned, tuned);
});

test('most models say nothing', () => {
  const warn = () => assert.fail('nothing to warn of');
  assert.equal(readTunedModel(new Map([['approxtorch.dataset', 'mnist/']]), 'net.onnx', warn), undefined);
});

describe('damaged metadata are ignored with one line', () => {
  const good = JSON.parse(encodeTunedModel(tunedModel({ ranges: new Map([['x', { min: -1, max: 2 }]]) })));
  const damaged = (change: (document: typeof good) => void) => {
    const document = structuredClone(good);
    change(document);
    return JSON.stringify(document);
  };
  const cases: [string, string, RegExp][] = [
    ['no JSON', '{"version": 1,\n', /not JSON: /],
    ['nothing', '', /not JSON: /],
    ['another kind of value', '[]', /expected object/],
    ['another version', damaged((it) => (it.version = 2)), /'version': /],
    ['a missing part', damaged((it) => delete it.dataset), /'dataset': /],
    ['an unknown part', damaged((it) => (it.more = 1)), /more/],
    [
      'a hash that is none',
      damaged((it) => (it.approximation.multiplier.sha256 = 'xyz')),
      /64 hexadecimal digits/,
    ],
    [
      'a width out of range',
      damaged((it) => (it.approximation.weightBits = 9)),
      /'approximation.weightBits': /,
    ],
    [
      'a qmethod out of range',
      damaged((it) => (it.approximation.qmethod = 'static,sample,channel')),
      /qmethod/,
    ],
    [
      'a range without 0',
      damaged((it) => (it.approximation.ranges.x = [1, 2])),
      /'approximation.ranges.x.0': /,
    ],
    [
      'a range of text',
      damaged((it) => (it.approximation.ranges.x = ['-1', '2'])),
      /'approximation.ranges.x.0': /,
    ],
    [
      'an infinite range',
      damaged((it) => (it.approximation.ranges.x = [-1, null])),
      /'approximation.ranges.x.1': /,
    ],
  ];
  for (const [what, text, expected] of cases) {
    test(what, () => {
      const { tuned, warnings } = read(text);
      assert.equal(tuned, undefined);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /^net\.onnx: metadata approxtorch\.finetune: .*; it is ignored$/);
      assert.match(warnings[0]!, expected);
    });
  }

  test('whatever the text is, nothing is thrown', () => {
    const text = encodeTunedModel(tunedModel());
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), (at, replacement) => {
        const { tuned, warnings } = read(text.slice(0, at) + replacement + text.slice(at + 1));
        assert.equal(warnings.length, tuned === undefined ? 1 : 0);
        assert.doesNotMatch(warnings[0] ?? '', /\n/);
      }),
      { numRuns: 300 },
    );
  });
});
