import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { runEval } from '../../src/eval/run_eval.js';
import type { EvalRequest } from '../../src/eval/settings.js';
import { encodeTable } from '../../src/multiplier/formats/write.js';
import { generateMultiplier } from '../../src/multiplier/generate/generate.js';
import { parseQMethod } from '../../src/quant/qmethod.js';
import type { BenchEntry } from '../../src/report/bench/results.js';
import type { EvalReport } from '../../src/report/results.js';
import { needs, sharedData } from '../support/shared.js';
import { temporaryFolder } from '../support/temporary.js';
import { bench, calibrate, demoModel, entry, quick, shipped } from './suite_fixture.js';

const folder = temporaryFolder();
const narrow = join(folder, 'narrow.txt');
/** Not symmetric: read the other way round it is another multiplier. */
const turned = join(folder, 'turned.txt');

before(() => {
  const kind = { activation: 'int8', weight: 'int8', signMagnitude: true } as const;
  const four = generateMultiplier('mitchell', { ...kind, bits: 4, parameters: {} });
  writeFileSync(narrow, encodeTable(four, { format: 'text' }));
  const lopsided = generateMultiplier('perforated', {
    ...kind,
    bits: 8,
    parameters: { 'first-row': 1, rows: 2 },
  });
  writeFileSync(turned, encodeTable(lopsided, { format: 'text' }));
});

function evaluated(changes: Partial<EvalRequest>): Promise<EvalReport> {
  return runEval({
    ...{ model: demoModel, lut: 'exact', overrides: {}, threads: 1, seed: 1 },
    ...{ baselines: { float: true, exact: true }, confusion: false, perClass: false, partial: false },
    ...quick,
    calibrate,
    ...changes,
  });
}

/** Figures of an entry as `approxtorch eval` has them. */
function assertSame(found: BenchEntry, { results, drop, mcnemar, layers, dataset }: EvalReport): void {
  for (const variant of ['float', 'exact', 'approx'] as const) {
    const [actual, expected] = [found[variant], results[variant]];
    assert.ok(actual !== null && expected !== null);
    const { correctBits: _, ...figures } = actual;
    const { correct, top1, top1Interval, top5, loss } = expected;
    assert.deepEqual(figures, { correct, top1, top1Interval, top5, loss }, `${found.id}: ${variant}`);
  }
  assert.equal(found.samples, dataset.samples);
  assert.equal(found.drop.exact, drop.multiplier);
  assert.equal(found.drop.float, drop.total);
  assert.equal(found.p, mcnemar?.p);
  assert.deepEqual(
    found.layers.map(({ layer, op, macs, sqnr, sqnrFloat }) => ({ layer, op, macs, sqnr, sqnrFloat })),
    layers.map(({ name, op, macs, sqnr, sqnrFloat }) => ({ layer: name, op, macs, sqnr, sqnrFloat })),
  );
}

describe('an entry has the figures of approxtorch eval', () => {
  test('for int8 and uint8 tables in one suite', async () => {
    const names = ['mitchell_int8', 'drum2_int8', 'exact_uint8', 'broken_array9_int8'];
    const report = await bench({ multipliers: names.map(shipped) });
    for (const name of names) {
      assertSame(entry(report, `lenet-digits · ${name}`), await evaluated({ lut: shipped(name) }));
    }
  });

  test('for every quantization', async () => {
    const quantizations = [
      'static,tensor,tensor',
      'dynamic,tensor,channel',
      'dynamic,sample,channel',
      'dynamic,sample,tensor',
      { name: 'narrow', 'activation-bits': 6, 'weight-bits': 5, calibrate },
      { name: 'clipped', calibrator: 'mse', 'full-range': true, padding: 'skip', calibrate: 48 },
      { name: 'entropy', calibrator: 'entropy', calibrate },
    ];
    const report = await bench({
      multipliers: [shipped('mitchell_int8')],
      quantizations: quantizations.map((one) =>
        typeof one === 'string' ? { name: one, qmethod: one, calibrate } : one,
      ),
    });
    const id = (name: string) => `lenet-digits · mitchell_int8 · ${name}`;
    const lut = shipped('mitchell_int8');
    for (const qmethod of quantizations.filter((one) => typeof one === 'string')) {
      assertSame(entry(report, id(qmethod)), await evaluated({ lut, qmethod: parseQMethod(qmethod) }));
    }
    assertSame(entry(report, id('narrow')), await evaluated({ lut, activationBits: 6, weightBits: 5 }));
    assertSame(
      entry(report, id('clipped')),
      await evaluated({ lut, calibrator: 'mse', fullRange: true, padding: 'skip', calibrate: 48 }),
    );
    assertSame(entry(report, id('entropy')), await evaluated({ lut, calibrator: 'entropy' }));
  });

  test('for every way to assign layers', async () => {
    const [lut, other] = [shipped('drum2_int8'), shipped('broken_array9_int8')];
    const report = await bench({
      multipliers: [lut, shipped('exact_uint8')],
      assignments: [
        'all',
        { name: 'ends', 'skip-first': true, 'skip-last': true },
        { name: 'conv', 'conv-only': true },
        { name: 'mixed', layer: { '/0/*': other, '/9/*': 'float', '/11/*': 'exact' } },
      ],
    });
    const id = (name: string) => `lenet-digits · drum2_int8 · ${name}`;
    assertSame(entry(report, id('all')), await evaluated({ lut }));
    assertSame(entry(report, id('ends')), await evaluated({ lut, skipFirst: true, skipLast: true }));
    assertSame(entry(report, id('conv')), await evaluated({ lut, convOnly: true }));
    const layers = [
      { pattern: '/0/*', lut: other },
      { pattern: '/9/*', lut: 'float' },
      { pattern: '/11/*', lut: 'exact' },
    ];
    assertSame(entry(report, id('mixed')), await evaluated({ lut, layers }));
    assertSame(
      entry(report, 'lenet-digits · exact_uint8 · mixed'),
      await evaluated({ lut: shipped('exact_uint8'), layers }),
    );
  });

  test('for tables of 4 bits', async () => {
    const report = await bench({
      multipliers: [narrow],
      quantizations: [{ name: 'four', 'activation-bits': 4, 'weight-bits': 4, calibrate }],
    });
    const expected = await evaluated({ lut: narrow, activationBits: 4, weightBits: 4 });
    assertSame(entry(report, 'lenet-digits · narrow'), expected);
  });

  test('for tables whose order is stated, also where an assignment names one', async () => {
    // Both read their own and the assignment's table in their own order.
    const both = [
      { file: turned, name: 'as it is', order: 'aw' },
      { file: turned, name: 'turned', order: 'wa' },
    ];
    const layers = [{ pattern: '/0/*', lut: turned }];
    const assignments = [{ name: 'named', layer: { '/0/*': turned, '/4/*': shipped('exact_int8') } }];
    const more = { pattern: '/4/*', lut: shipped('exact_int8') };
    for (const multipliers of [both, both.toReversed()]) {
      const report = await bench({ multipliers, assignments });
      for (const [name, lutOrder] of [
        ['as it is', 'aw'],
        ['turned', 'wa'],
      ] as const) {
        const expected = await evaluated({ lut: turned, lutOrder, layers: [...layers, more] });
        assertSame(entry(report, `lenet-digits · ${name}`), expected);
      }
      assert.notEqual(report.entries[0]!.approx!.loss, report.entries[1]!.approx!.loss);
    }
  });

  test('where variants to compare with are left out', async () => {
    const report = await bench({ multipliers: ['exact'], baselines: ['exact'] });
    const [found] = report.entries;
    assert.equal(found!.float, null);
    assert.deepEqual([found!.drop.float, found!.drop.floatInterval], [null, null]);
    const { results } = await evaluated({ baselines: { float: false, exact: true } });
    assert.equal(found!.approx!.loss, results.approx.loss);
    assert.equal(found!.exact!.loss, results.exact!.loss);
    const none = await bench({ multipliers: ['exact'], baselines: [] });
    assert.deepEqual([none.entries[0]!.exact, none.entries[0]!.p], [null, null]);
    assert.equal(none.entries[0]!.approx!.loss, results.approx.loss);
  });
});

const resnet = sharedData('models', 'resnet20-cifar10-akamaster.bn.op17.onnx');
const cifar = sharedData('cifar10');
const lenet = sharedData('models', 'lenet5-mnist-own.op17.onnx');
const mnist = sharedData('mnist');
const signed = sharedData('luts', 'evoapprox-signed', 'mul8s_1KVL.txt');
const unsigned = sharedData('luts', 'tf-approximate', 'mul8u_1JFF.bin');

describe('and so on real data', () => {
  test(
    'LeNet-5 on MNIST and ResNet-20 on CIFAR-10, signed and unsigned',
    needs(resnet, cifar, lenet, mnist, signed, unsigned),
    async () => {
      const preprocess = 'cifar10-imagenet-stats';
      const report = await bench({
        models: [
          { file: lenet, name: 'lenet', data: mnist, preprocess: 'mnist' },
          { file: resnet, name: 'resnet', data: cifar, preprocess, limit: 16, batch: 8 },
        ],
        multipliers: [signed, { file: unsigned, name: 'unsigned' }],
      });
      for (const [name, lut] of [
        ['mul8s_1KVL', signed!],
        ['unsigned', unsigned!],
      ] as const) {
        const ofLenet = await evaluated({ model: lenet!, data: mnist!, preprocess: 'mnist', lut });
        assertSame(entry(report, `lenet · ${name}`), ofLenet);
        const changes = { model: resnet!, data: cifar!, preprocess, limit: 16, batch: 8, lut };
        assertSame(entry(report, `resnet · ${name}`), await evaluated(changes));
      }
    },
  );
});
