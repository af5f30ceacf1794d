import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { expandSuite } from '../../../src/bench/suite/expand.js';
import { suiteJsonSchema } from '../../../src/config/suite/json_schema.js';
import { loadSuite, suiteFromFlags } from '../../../src/config/suite/load_suite.js';
import { packagePath } from '../../../src/util/paths.js';
import { userError } from '../../support/errors.js';
import { temporaryFolder } from '../../support/temporary.js';

const folder = temporaryFolder();
let files = 0;

function suite(text: string): string {
  const path = join(folder, `suite${files++}.yaml`);
  writeFileSync(path, text);
  return path;
}

for (const name of ['b.txt', 'a.txt', 'c.bin']) writeFileSync(join(folder, name), '');

describe('a suite file', () => {
  test('has defaults, paths from its own folder, and globs in order', async () => {
    const path = suite('models: [net.onnx]\nmultipliers: ["*.txt", exact]\ndata: images/\n');
    const loaded = await loadSuite(path);
    assert.deepEqual(
      loaded.models.map(({ name, file, data }) => [name, file, data]),
      [['net', join(folder, 'net.onnx'), join(folder, 'images/')]],
    );
    assert.deepEqual(
      loaded.multipliers.map(({ name, file }) => [name, file]),
      [
        ['a', join(folder, 'a.txt')],
        ['b', join(folder, 'b.txt')],
        ['exact', 'exact'],
      ],
    );
    assert.deepEqual([loaded.seeds, loaded.gates, loaded.sensitivity], [[1], {}, false]);
    assert.equal(loaded.quantizations[0]!.name, 'static,tensor,channel');
    assert.equal(loaded.assignments[0]!.name, 'all');
    assert.deepEqual(loaded.baselines, { float: true, exact: true });
  });

  test('settings of a model come before those of the suite', async () => {
    const { models } = await loadSuite(
      suite(
        'models: [{file: a.onnx, limit: 5, name: first}, b.onnx]\nmultipliers: [exact]\nlimit: 9\nbatch: 3\n',
      ),
    );
    assert.deepEqual(
      models.map(({ name, limit, batch }) => [name, limit, batch]),
      [
        ['first', 5, 3],
        ['b', 9, 3],
      ],
    );
  });

  test('the same settings elsewhere are the same suite', async () => {
    const text = 'models: [net.onnx]\nmultipliers: [exact]\n';
    const one = await loadSuite(suite(text));
    const other = await loadSuite(suite(`$schema: x.json\n${text}`));
    assert.equal(one.sha256, other.sha256);
    assert.notEqual((await loadSuite(suite(`${text}limit: 3\n`))).sha256, one.sha256);
  });

  const base = 'models: [net.onnx]\nmultipliers: [exact]\n';
  const refused: [string, string, RegExp][] = [
    [
      'an unknown setting',
      `${base}multiplyers: [x]\n`,
      /suite\d+\.yaml:3: multiplyers: unknown setting; did you mean "multipliers"/,
    ],
    [
      'an unknown gate',
      `${base}gates:\n  minTop: 3\n`,
      /:4: gates\.minTop: unknown setting; did you mean "minTop1"/,
    ],
    [
      'an unknown setting of a model',
      'models:\n  - file: a.onnx\n  - file: b.onnx\n    lmit: 3\nmultipliers: [exact]\n',
      /:4: models\.1\.lmit: unknown setting; did you mean "limit"/,
    ],
    ['a wrong value', `${base}limit: many\n`, /:3: limit: expected a whole number from 1, got "many"/],
    [
      'a wrong nested value',
      `${base}gates: {maxDrop: {exact: big}}\n`,
      /:3: gates\.maxDrop\.exact: expected a number/,
    ],
    [
      'a wrong qmethod',
      `${base}quantizations: [static]\n`,
      /:3: quantizations\.0: expected static,tensor,channel or/,
    ],
    ['no models', 'multipliers: [exact]\n', /models: expected a list of models, got nothing/],
    [
      'an empty list',
      'models: []\nmultipliers: [exact]\n',
      /:1: models: expected at least one of models, got \[\]/,
    ],
    [
      'two of one name',
      'models: [a/n.onnx, b/n.onnx]\nmultipliers: [exact]\n',
      /two of the models are called n/,
    ],
    [
      'a glob that fits nothing',
      'models: [n.onnx]\nmultipliers: ["*.none"]\n',
      /multipliers: \*\.none fits no file/,
    ],
    [
      'a name for many',
      'models: [n.onnx]\nmultipliers: [{file: "*.txt", name: x}]\n',
      /fits 2 files, which cannot all/,
    ],
    ['no YAML', 'models: [n.onnx\n', /suite\d+\.yaml:\d+: /],
    ['no mapping', '- 1\n', /expected settings/],
    [
      'a wrong retraining',
      `${base}finetune: {epochs: none}\n`,
      /:3: finetune\.epochs: expected a whole number/,
    ],
    [
      'an unknown setting of a retraining',
      `${base}finetune: {epoch: 1}\n`,
      /finetune\.epoch: unknown .*"epochs"/,
    ],
  ];
  for (const [what, text, message] of refused) {
    test(`${what} is refused with its line`, async () => {
      await assert.rejects(loadSuite(suite(text)), userError(message));
    });
  }

  test('aliases do not blow up', async () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`),
    ];
    await assert.rejects(loadSuite(suite(`${base}${bomb.join('\n')}\n`)), userError(/suite/));
  });
});

describe('the entries of a suite', () => {
  const options = {
    models: ['net.onnx', 'other.onnx'],
    multipliers: ['exact', { file: 'exact', name: 'twin' }],
  };

  test('are all combinations, named by what varies', async () => {
    const given = {
      ...options,
      quantizations: ['static,tensor,channel', { 'weight-bits': 4 }],
      seeds: [1, 2],
    };
    const entries = expandSuite(await suiteFromFlags(given));
    assert.equal(entries.length, 16);
    assert.equal(entries[0]!.id, 'net · exact · static,tensor,channel · seed 1');
    assert.equal(entries[15]!.id, 'other · twin · static,tensor,channel a8 w4 · seed 2');
    assert.equal(new Set(entries.map(({ id }) => id)).size, 16);
  });

  test('include, exclude and rules', async () => {
    const given = {
      ...options,
      include: [{ model: 'net' }, { multiplier: 'twin' }],
      exclude: [{ model: 'other', multiplier: 'ex*' }],
      gates: { minTop1: 90, maxDrop: { exact: 1, float: 2 } },
      entries: [
        { match: { multiplier: 'twin' }, gates: { maxDrop: { exact: 5 } } },
        { match: { model: 'other' }, gates: { minTop1: 50 }, sensitivity: true },
      ],
    };
    const entries = expandSuite(await suiteFromFlags(given));
    assert.deepEqual(
      entries.map(({ id, gates, sensitivity }) => [id, gates, sensitivity]),
      [
        ['net · exact', { minTop1: 90, maxDrop: { exact: 1, float: 2 } }, false],
        ['net · twin', { minTop1: 90, maxDrop: { exact: 5, float: 2 } }, false],
        ['other · twin', { minTop1: 50, maxDrop: { exact: 5, float: 2 } }, true],
      ],
    );
  });

  test('that would have the same id are refused', async () => {
    const suite = await suiteFromFlags({
      models: [
        { file: 'net.onnx', name: 'a · b' },
        { file: 'net.onnx', name: 'a' },
      ],
      multipliers: [
        { file: 'exact', name: 'c' },
        { file: 'exact', name: 'b · c' },
      ],
    });
    assert.throws(() => expandSuite(suite), userError(/two entries are called a · b · c/));
  });

  test('a pattern that matches nothing is refused', async () => {
    for (const [setting, value] of [
      ['exclude', [{ model: 'nat' }]],
      ['include', [{ multiplier: 'x*' }]],
      ['entries', [{ match: { seed: 7 } }]],
    ] as const) {
      const made = await suiteFromFlags({ ...options, [setting]: value });
      assert.throws(() => expandSuite(made), userError(new RegExp(`${setting}: .* matches none of the 4`)));
    }
    const none = await suiteFromFlags({ ...options, exclude: [{ model: '*' }] });
    assert.throws(() => expandSuite(none), userError(/leave no entry/));
  });
});

describe('settings of a cluster', () => {
  const text = 'models: [net.onnx]\nmultipliers: [exact]\n';

  test('are read, and do not make another suite', async () => {
    const plain = await loadSuite(suite(text));
    const given = await loadSuite(
      suite(`${text}slurm: { partition: cpu, time: 90, array-limit: 4, tasks: 8, cpus: 2 }\n`),
    );
    assert.deepEqual(plain.slurm, {});
    assert.deepEqual(given.slurm, { partition: 'cpu', time: 90, 'array-limit': 4, tasks: 8, cpus: 2 });
    assert.equal(given.sha256, plain.sha256);
  });

  test('are checked', async () => {
    for (const [wrong, message] of [
      ['slurm: { partitions: cpu }', /:3: slurm\.partitions: unknown setting; did you mean "partition"\?/],
      ['slurm: { cpus: 0 }', /:3: slurm\.cpus: expected a whole number from 1 to 1024, got 0/],
      ['slurm: { time: [1] }', /slurm\.time: expected minutes, or \[days-\]hours:minutes:seconds/],
      ['slurm: { gres: "" }', /slurm\.gres: expected generic resources/],
    ] as const) {
      await assert.rejects(loadSuite(suite(`${text}${wrong}\n`)), userError(message));
    }
  });
});

describe('the JSON Schema of suites', () => {
  test('is the one that ships', () => {
    const shipped = JSON.parse(readFileSync(packagePath('configs', 'schema.json'), 'utf8'));
    assert.deepEqual(shipped, JSON.parse(JSON.stringify(suiteJsonSchema())));
  });

  test('accepts the suites that ship, and refuses what the program refuses', () => {
    const validate = new Ajv2020({ strict: false }).compile(suiteJsonSchema());
    for (const name of readdirSync(packagePath('configs', 'suites'))) {
      const values = parse(readFileSync(packagePath('configs', 'suites', name), 'utf8'));
      assert.ok(validate(values), `${name}: ${JSON.stringify(validate.errors)}`);
    }
    for (const values of [
      {},
      { models: ['a'], multipliers: [] },
      { models: ['a'], multipliers: ['exact'], gate: {} },
      { models: ['a'], multipliers: ['exact'], limit: 0 },
    ]) {
      assert.equal(validate(values), false);
    }
  });

  test('the suites that ship load', async () => {
    const { multipliers } = await loadSuite(packagePath('configs', 'suites', 'demo.yaml'));
    assert.ok(multipliers.length >= 6);
  });
});
