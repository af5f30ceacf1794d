import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { validateXML } from 'xmllint-wasm';
import { renderBenchJunit } from '../../../src/report/bench/bench_junit.js';
import { printable } from '../../../src/report/printable.js';
import { packagePath } from '../../../src/util/paths.js';
import { benchReport, entry, hostileReport } from './bench_fixture.js';

const schema = readFileSync(packagePath('test', 'fixtures', 'junit.xsd'), 'utf8');

async function complaints(contents: string): Promise<string[]> {
  const { errors } = await validateXML({ xml: [{ fileName: 'report.xml', contents }], schema: [schema] });
  return errors.map(({ rawMessage }) => rawMessage);
}

/** Attributes of all elements of this name, as a reader of XML gets them. */
function attributes(xml: string, name: string): Record<string, string>[] {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  const decode = (text: string) => text.replace(/&(\w+);/g, (_, entity: string) => entities[entity]!);
  return [...xml.matchAll(new RegExp(`<${name}((?: [\\w]+="[^"]*")*)/?>`, 'g'))].map((match) =>
    Object.fromEntries(
      [...match[1]!.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, decode(value!)]),
    ),
  );
}

/** The test case of an entry, with its content. */
const caseOf = (xml: string, id: string) =>
  xml.split('<testcase ').find((part) => part.includes(` name="${id}"`)) ?? assert.fail(`no case ${id}`);

describe('the JUnit report of a benchmark', () => {
  test('follows the schema, whatever the names are', async () => {
    const bare = benchReport({ entries: [], models: [], datasets: [], baseline: null });
    for (const report of [
      benchReport(),
      hostileReport(),
      bare,
      { ...benchReport(), models: [], datasets: [] },
    ]) {
      assert.deepEqual(await complaints(renderBenchJunit(report)), []);
    }
  });

  test('the schema notices mistakes', async () => {
    const xml = renderBenchJunit(benchReport());
    for (const [from, to] of [
      [/ tests="5"/, ''],
      [/ failures="1"/, ' failures="one"'],
      [/<system-out>/, '<system-out>\u0001'],
      [/<failure type="minTop1"/, '<failure kind="minTop1"'],
      [/<properties>/, '<properties/><properties>'],
      [/time="12\.250"/, 'time="12 s"'],
    ] as const) {
      assert.notEqual(xml.replace(from, to), xml);
      assert.notDeepEqual(await complaints(xml.replace(from, to)), [], String(from));
    }
  });

  test('a suite for each model, dataset and quantization counts its cases', () => {
    const xml = renderBenchJunit(benchReport());
    assert.deepEqual(attributes(xml, 'testsuites'), [
      { name: 'nightly', tests: '10', failures: '2', errors: '1', time: '852.040' },
    ]);
    const quantization = 'static,tensor,channel a8 w8';
    assert.deepEqual(attributes(xml, 'testsuite'), [
      {
        name: `lenet-digits · synthetic-digits · ${quantization}`,
        tests: '5',
        failures: '1',
        errors: '0',
        skipped: '1',
        time: '61.250',
      },
      {
        name: `resnet20-cifar10 · cifar10 · ${quantization}`,
        tests: '5',
        failures: '1',
        errors: '1',
        skipped: '0',
        time: '790.790',
      },
    ]);
    const [first, ...rest] = benchReport().entries;
    const other = { ...first!, id: 'other', quantization: 'dynamic,tensor,tensor a8 w8' };
    const split = renderBenchJunit(benchReport({ entries: [first!, other, ...rest] }));
    assert.deepEqual(
      attributes(split, 'testsuite').map(({ tests }) => tests),
      ['5', '1', '5'],
    );
  });

  test('failed gates are failures, failed entries errors, undecided gates skipped', () => {
    const xml = renderBenchJunit(benchReport());
    const results = (id: string) => caseOf(xml, id).match(/<(failure|error|skipped) .*\/>/g) ?? [];
    assert.deepEqual(results('lenet-digits · mul8s_1KV8'), []);
    assert.deepEqual(results('lenet-digits · drum3_int8'), [], 'there is no gate');
    assert.deepEqual(results('lenet-digits · mul8s_1KR3'), [
      '<failure type="minTop1" message="minTop1 is 94.22 % (95 %: 93.82…94.62), the limit is ≥ 97; maxDrop.exact is 4.34 points (95 %: 4.04…4.64), the limit is ≤ 2"/>',
    ]);
    assert.deepEqual(results('lenet-digits · mul8s_1KVL'), [
      '<skipped message="minTop1 is 97.20 % (95 %: 96.80…97.60), the limit is ≥ 97: about 31,400 images would decide it"/>',
    ]);
    assert.deepEqual(results('resnet20-cifar10 · drum3_int8'), [
      '<error type="entry" message="could not be evaluated: luts/drum3_int8.txt:17: expected 256 products, got 255; write the table anew"/>',
    ]);
  });

  test('figures are in the output, properties at the suite', () => {
    const xml = renderBenchJunit(benchReport());
    assert.match(
      caseOf(xml, 'resnet20-cifar10 · mul8s_1KVL'),
      /<system-out>top-1 90\.98 % \(95 %: 90\.40–91\.53\) of 10000 samples\nloss 0\.3700\nretrained; before that 89\.12 %/,
    );
    const properties = Object.fromEntries(
      attributes(xml.split('<testcase ')[0]!, 'property').map(({ name, value }) => [name, value]),
    );
    assert.equal(properties['model.parameters'], '61706');
    assert.equal(properties['dataset.split'], 'test');
    assert.equal(properties['environment.isa'], 'avx512');
    assert.equal('shard' in properties, false);
  });

  test('names are what they were, but for characters that XML forbids', () => {
    const report = hostileReport();
    const names = attributes(renderBenchJunit(report), 'testcase').map(({ name }) => name);
    // U+FFFF is printable, and no character of XML.
    const expected = report.entries.map(({ id }) => printable(id).replaceAll('\uffff', '\ufffd'));
    assert.deepEqual(new Set(names), new Set(expected));
  });

  test('dots of names make no packages', () => {
    const dotted = entry(
      { model: 'a.b', multiplier: 'm', dataset: 'd', float: 9, exact: 9, approx: 9 },
      () => [],
    );
    const report = benchReport({ entries: [dotted], suite: { ...benchReport().suite, name: 'v1.2' } });
    assert.equal(attributes(renderBenchJunit(report), 'testcase')[0]!.classname, 'v1_2.a_b');
  });
});
