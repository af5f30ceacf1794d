import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from '../../src/onnx/onnx_pb.js';
import { encodeNpy } from '../../src/util/npy.js';
import { packagePath } from '../../src/util/paths.js';
import { idxFile } from '../support/idx_file.js';
import { f32, type ModelDescription, model, modelBytes, node } from '../support/onnx_builder.js';
import { temporaryFolder } from '../support/temporary.js';
import { approxtorch } from './spawn.js';

/*
 * What a hostile user does, at the executable: one line on stderr that says what is wrong, exit code 2, and no
 * file written.
 */

const folder = temporaryFolder();
const lenet = packagePath('models', 'lenet-digits.onnx');
const lut = packagePath('luts', 'drum2_int8.txt');
const lenetBytes = readFileSync(lenet);
const numbers = readFileSync(lut, 'utf8').trim().split(/\s+/);

/** Writes an input of a test; returns its path. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function dataset(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [path, content] of Object.entries(files)) file(join(name, path), content);
  return join(folder, name);
}

interface Case {
  readonly what: string;
  readonly args: readonly string[];
  readonly says: RegExp;
}

const cases: Case[] = [];
let models = 0;

const withModel = (what: string, bytes: Uint8Array, says: RegExp, extra: readonly string[] = []) =>
  cases.push({
    what: `a model: ${what}`,
    args: ['eval', file(`model${models++}.onnx`, bytes), '--lut', 'exact', '--lut-type', 'int8', ...extra],
    says,
  });
const withLut = (what: string, content: string | Uint8Array, says: RegExp) =>
  cases.push({ what: `a LUT: ${what}`, args: ['eval', lenet, '--lut', file(`${what}.txt`, content)], says });
const withFlags = (what: string, flags: readonly string[], says: RegExp) =>
  cases.push({
    what,
    args: ['eval', lenet, '--lut', lut, '--limit', '8', '--calibrate', '8', ...flags],
    says,
  });

const small: ModelDescription = {
  inputs: { x: ['N', 1, 8, 8] },
  initializers: { w: f32([4, 1, 3, 3]), v: f32([144, 10]) },
  nodes: [
    node('Conv', ['x', 'w'], ['c'], {}, { name: 'conv' }),
    node('Flatten', ['c'], ['f']),
    node('MatMul', ['f', 'v'], ['y'], {}, { name: 'dense' }),
  ],
  outputs: ['y'],
};
const variant = (changes: Partial<ModelDescription>) => modelBytes({ ...small, ...changes });
const weights = (values: Record<string, ReturnType<typeof f32>>) => ({ ...small.initializers, ...values });
const conv = (attributes: Parameters<typeof node>[3]) => ({
  nodes: [node('Conv', ['x', 'w'], ['c'], attributes, { name: 'conv' }), ...small.nodes.slice(1)],
});
const externalWeights = (location: string): Uint8Array => {
  const proto = model(small);
  const tensor = proto.graph!.initializer[0]!;
  tensor.rawData = new Uint8Array(0);
  tensor.dataLocation = 1;
  tensor.externalData = [{ $typeName: 'onnx.StringStringEntryProto', key: 'location', value: location }];
  return toBinary(ModelProtoSchema, proto);
};

withModel('text', Buffer.from('this is not a model'), /not an ONNX model/);
withModel('truncated', lenetBytes.subarray(0, 100_000), /not an ONNX model, or truncated/);
withModel('empty', Buffer.alloc(0), /the file is empty/);
withModel('operator set 5', variant({ opset: 5 }), /operator set 5, expected 7 to \d+; convert/);
withModel('external data missing', externalWeights('none.bin'), /none\.bin.*put the file beside the model/);
file('short.bin', Buffer.alloc(10));
withModel('external data truncated', externalWeights('short.bin'), /short\.bin, which has only 10/);
withModel('external data elsewhere', externalWeights('../../etc/passwd'), /outside the model's directory/);
withModel(
  'open sizes',
  variant({ inputs: { x: ['N', 1, 'H', 'W'] } }),
  /\[N, 1, H, W\].*--crop HEIGHTxWIDTH/,
);
withModel('absurd sizes', variant({ inputs: { x: ['N', 1, 2e9, 2e9] } }), /more than 2\^31/);
withModel('empty sizes', variant({ inputs: { x: ['N', 0, 8, 8] } }), /dynamic shape \[N, \?, 8, 8\]/);
withModel('a batch of 0', variant({ inputs: { x: [0, 1, 8, 8] } }), /onnxruntime fails on it: .*Expected: 0/);
withModel(
  'integer input',
  variant({ inputs: { x: { type: 'int64', shape: ['N', 1, 8, 8] } } }),
  /x \(int64\)/,
);
withModel(
  'two inputs',
  variant({
    inputs: { x: ['N', 1, 8, 8], z: ['N', 1, 8, 8] },
    nodes: [node('Add', ['x', 'z'], ['s']), node('Conv', ['s', 'w'], ['c']), ...small.nodes.slice(1)],
  }),
  /expected one float32 input, the images; got x \(float32\), z \(float32\)/,
);
withModel('no scores', variant({ outputs: ['c'] }), /one score per class.*'c' is float32 \[64, 4, 6, 6\]/);
withModel(
  'nothing to approximate',
  modelBytes({
    inputs: { x: ['N', 4] },
    nodes: [node('Relu', ['x'], ['y'])],
    outputs: ['y'],
  }),
  /no Conv, Gemm or MatMul/,
);
withModel(
  'weights with NaN',
  variant({ initializers: weights({ w: f32([4, 1, 3, 3], [Number.NaN, ...Array(35).fill(1)]) }) }),
  /weights of conv \(Conv\) hold NaN at index 0.*--layer 'conv=float'/,
);
withModel(
  'weights with infinities',
  variant({
    initializers: weights({ v: f32([144, 10], [1, Number.NEGATIVE_INFINITY, ...Array(1438).fill(1)]) }),
  }),
  /weights of dense \(MatMul\) hold -Infinity/,
);
withModel('channels that do not fit', variant({ inputs: { x: ['N', 2, 8, 8] } }), /node conv .*2 channels/);
withModel('a stride of 0', variant(conv({ strides: [0, 1] })), /node conv .*'strides'/);
withModel('absurd pads', variant(conv({ pads: [2e9, 0, 0, 0] })), /node conv .*more than 2\^31/);
withModel(
  'an operator that nobody knows',
  variant({
    nodes: [node('Frobnicate', ['x'], ['p']), node('Conv', ['p', 'w'], ['c']), ...small.nodes.slice(1)],
  }),
  /onnxruntime does not run it: .*Frobnicate/,
);
withModel('data of another size', variant({}), /samples are 28×28×1 .* model takes 8×8×1; --resize 8/, [
  '--data',
  'synthetic-digits',
]);
withModel(
  'fewer classes than the data',
  variant({ inputs: { x: ['N', 1, 28, 28] }, initializers: weights({ v: f32([2704, 3]) }) }),
  /synthetic-digits: has 10 classes.*the model gives 3 scores/,
  ['--data', 'synthetic-digits'],
);
cases.push({ what: 'a model: a folder', args: ['eval', folder, '--lut', 'exact'], says: /is a directory/ });

withLut('65535 numbers', numbers.slice(1).join(' '), /65535 numbers, expected 65536/);
withLut('65537 numbers', [...numbers, '0'].join(' '), /65537 numbers, expected 65536/);
const replaced = (value: string) => [...numbers.slice(0, 9), value, ...numbers.slice(10)].join(' ');
withLut('word', replaced('one'), /word\.txt:1: expected an integer, got 'one'/);
withLut('1e400', replaced('1e400'), /expected an integer, got '1e400'/);
withLut('float', replaced('0.5'), /expected an integer, got '0\.5'/);
withLut('NaN', replaced('NaN'), /expected an integer, got 'NaN'/);
const junk = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31) % 256);
withLut('binary', junk(131_071), /got binary data/);
withLut('binary of the size of raw numbers', junk(131_072), /cannot tell the operand types/);
withLut('empty', '', /holds no numbers/);
cases.push({ what: 'a LUT: a folder', args: ['eval', lenet, '--lut', folder], says: /is a directory/ });

withFlags('a pattern without a match', ['--layer', '/0/Cnov=float'], /nearest: \/0\/Conv/);
withFlags('an output that is a folder', ['--save-logits', folder], /is a directory/);
withFlags(
  'an output in no folder',
  ['--save-predictions', '/no/such/x.csv'],
  /folder \/no\/such does not exist/,
);
withFlags('an output that is an input', ['--save-calibration', lenet], /is read by this command too/);
withFlags('a calibration that is none', ['--calibration', file('junk', 'junk')], /junk: not JSON/);
withFlags('the wrong layout', ['--layout', 'nhwc'], /28×28×1 .*takes 1×28×28; --layout nchw fits/);

const images = idxFile([4, 28, 28], new Uint8Array(4 * 784));
const labels = idxFile([4], Uint8Array.of(0, 1, 2, 3));
const withData = (what: string, files: Parameters<typeof dataset>[1], says: RegExp) =>
  withFlags(`data: ${what}`, ['--data', dataset(what, files)], says);
const images4 = 't10k-images-idx3-ubyte';
const labels4 = 't10k-labels-idx1-ubyte';
withData(
  'truncated IDX',
  { [images4]: images.subarray(0, 999), [labels4]: labels },
  /states 4×28×28 = 3136 bytes, 983/,
);
withData(
  'IDX labels out of range',
  { [images4]: images, [labels4]: idxFile([4], Uint8Array.of(0, 1, 2, 200)) },
  /labels 0 to 200.*model gives 10 scores/,
);
withData('truncated CIFAR', { 'test_batch.bin': Buffer.alloc(3073 + 100) }, /1 images and 100 bytes more/);
withData(
  'CIFAR labels out of range',
  { 'test_batch.bin': Buffer.alloc(3073, 77) },
  /label 77, expected 0 … 9/,
);
withData(
  'CIFAR on a grey model',
  { 'test_batch.bin': Buffer.alloc(3073, 1) },
  /32×32×3.*28×28×1; .*--preprocess/,
);
withData(
  'truncated npy',
  {
    'images.npy': Buffer.from(encodeNpy([4, 1, 28, 28], new Float32Array(3136))).subarray(0, 3000),
    'labels.npy': encodeNpy([4], new Float32Array(4)),
  },
  /needs 12544 bytes of data/,
);
withData(
  'images that do not decode',
  { 'a/x.png': 'junk', 'b/y.png': 'junk' },
  /x\.png: cannot decode the image/,
);
withData('an empty folder', { 'readme.md': '' }, /no dataset in this folder; looked for/);

/** Two at a time, as many as the test machines have cores; each case waits for its own run. */
const runs = new Map<Case, Promise<Awaited<ReturnType<typeof approxtorch>>>>();
const outputs = (index: number) => join(folder, 'outputs', `${index}.json`);
mkdirSync(join(folder, 'outputs'));
const lanes = [Promise.resolve<unknown>(undefined), Promise.resolve<unknown>(undefined)];
for (const [index, entry] of cases.entries()) {
  const lane = index % lanes.length;
  const args = [...entry.args, '--quiet', '--format', 'json', '--output', outputs(index)];
  const run = lanes[lane]!.then(() => approxtorch(args));
  runs.set(entry, run);
  lanes[lane] = run;
}

describe('bad input: one line, exit code 2, nothing written', () => {
  for (const entry of cases) {
    test(entry.what, async () => {
      const { stdout, stderr, code } = await runs.get(entry)!;
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.match(stderr, entry.says);
      assert.equal(stdout, '');
      assert.equal(code, 2);
    });
  }

  test('nothing is left behind', async () => {
    await Promise.all(lanes);
    assert.deepEqual(readdirSync(join(folder, 'outputs')), []);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });
});

after(() => Promise.allSettled(lanes));
