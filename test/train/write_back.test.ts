import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { clone, equals, toBinary } from '@bufbuild/protobuf';
import { isLinear } from '../../src/engine/linear_layer.js';
import { type BoundModel, bindModel, modelOf } from '../../src/eval/model.js';
import { encodeGraph, encodeModel } from '../../src/onnx/encode.js';
import type { Graph, Tensor } from '../../src/onnx/graph.js';
import { loadModel } from '../../src/onnx/load.js';
import { type ModelProto, ModelProtoSchema } from '../../src/onnx/onnx_pb.js';
import type { KeptNodes } from '../../src/onnx/passes/optimize.js';
import type { Parameter } from '../../src/train/plan/parameters.js';
import { WriteBack } from '../../src/train/write_back.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';
import {
  f32,
  float,
  i64,
  type ModelDescription,
  model,
  modelBytes,
  node,
  ramp,
} from '../support/onnx_builder.js';
import { relativeError, runOnnx } from '../support/onnxruntime.js';
import { needs, sharedData } from '../support/shared.js';

/** All weights, biases, scales and slopes of an optimized graph. */
function parametersOf(graph: Graph): Parameter[] {
  return graph.nodes.flatMap((node): Parameter[] => {
    const kinds: (Parameter['kind'] | undefined)[] = isLinear(node)
      ? [undefined, 'weight', 'bias']
      : node.op === 'BatchNormalization'
        ? [undefined, 'bn-scale', 'bn-bias']
        : node.op === 'PRelu'
          ? [undefined, 'slope']
          : [];
    return kinds.flatMap((kind, input) => {
      const constant = node.inputs[input] ?? '';
      const tensor = graph.constants.get(constant);
      return kind && tensor ? [{ constant, kind, node, shape: tensor.shape }] : [];
    });
  });
}

/** The values moved by up to a tenth of their size. */
function moved({ data }: Tensor, random: Random): Float32Array {
  const size = (data as Float32Array).reduce((most, value) => Math.max(most, Math.abs(value)), 0.1);
  return (data as Float32Array).map((value) => value + random.between(-0.1, 0.1) * size);
}

/** The model without the data of its initializers and Constant nodes. */
function skeleton(proto: ModelProto): ModelProto {
  const copy = clone(ModelProtoSchema, proto);
  const attributes = copy
    .graph!.node.filter(({ opType }) => opType === 'Constant')
    .flatMap((one) => one.attribute);
  for (const tensor of [...copy.graph!.initializer, ...attributes.flatMap(({ t }) => t ?? [])]) {
    tensor.rawData = new Uint8Array(tensor.rawData.length);
    tensor.floatData = tensor.floatData.map(() => 0);
  }
  for (const attribute of attributes) attribute.floats = attribute.floats.map(() => 0);
  return copy;
}

interface Written {
  readonly bound: BoundModel;
  readonly trained: readonly Parameter[];
  readonly again: Graph;
  readonly proto: ModelProto;
}

/** Writes moved parameters, and checks that the file then folds to them and differs in nothing else. */
async function checkRoundTrip(bytes: Uint8Array, kept: KeptNodes = {}): Promise<Written> {
  const bound = await bindModel(modelOf(bytes, 'm.onnx'), 2, {}, kept);
  const writeBack = await WriteBack.create(bound, kept);
  const all = parametersOf(bound.graph);
  const trained = writeBack.writable(all);
  const random = new Random(1);
  const values = new Map(
    trained.map(({ constant }) => [constant, moved(bound.graph.constants.get(constant)!, random)]),
  );
  const proto = writeBack.write(values);
  const { proto: original } = loadModel(bytes, { file: 'm.onnx' });
  assert.ok(equals(ModelProtoSchema, skeleton(proto), skeleton(original)));

  const { graph: again } = await bindModel(modelOf(encodeModel(proto), 'm.onnx'), 2, {}, kept);
  assert.deepEqual([...again.constants.keys()], [...bound.graph.constants.keys()]);
  for (const [name, { data }] of again.constants) {
    const expected = values.get(name) ?? bound.graph.constants.get(name)!.data;
    assert.ok(relativeError(data, expected) < 1e-5, `${name}: ${relativeError(data, expected)}`);
  }

  const constants = new Map(bound.graph.constants);
  for (const [name, data] of values) constants.set(name, { ...constants.get(name)!, data });
  const input = f32(
    bound.input.shape,
    ramp(
      bound.input.shape.reduce((a, b) => a * b, 1),
      3,
    ),
  );
  const feeds = { [bound.input.name]: input };
  const ours = await runOnnx(encodeGraph({ ...bound.graph, constants }), feeds);
  const written = await runOnnx(encodeModel(proto), feeds);
  const { name } = bound.output;
  assert.ok(relativeError(written[name]!.data, ours[name]!.data) < 1e-4);

  // Values that did not change give the same bytes.
  const untouched = new Map(
    trained.map(({ constant }) => [constant, bound.graph.constants.get(constant)!.data as Float32Array]),
  );
  assert.deepEqual(
    toBinary(ModelProtoSchema, writeBack.write(untouched)),
    toBinary(ModelProtoSchema, original),
  );
  return { bound, trained, again, proto };
}

const kindsOf = ({ trained }: Written) => trained.map(({ node, kind }) => `${node.name} ${kind}`);

/** Statistics and scales of a BatchNormalization, none near 0. */
const normalization = (prefix: string, channels: number) => ({
  [`${prefix}s`]: f32(
    [channels],
    ramp(channels, 2).map((value) => value + 2),
  ),
  [`${prefix}b`]: f32([channels], ramp(channels, 4)),
  [`${prefix}m`]: f32([channels], ramp(channels, 5)),
  [`${prefix}v`]: f32(
    [channels],
    ramp(channels, 7).map((value) => value + 1.5),
  ),
});
const normalize = (prefix: string, input: string, output: string) =>
  node(
    'BatchNormalization',
    [input, ...['s', 'b', 'm', 'v'].map((s) => prefix + s)],
    [output],
    {},
    { name: prefix },
  );
const flat = (input: string) => [
  node('GlobalAveragePool', [input], ['pooled']),
  node('Flatten', ['pooled'], ['z']),
];
const IMAGE = { x: ['N', 4, 6, 6] };
const conv = (inputs: readonly string[], output = 'c', attributes = {}, name = 'conv') =>
  node('Conv', inputs, [output], attributes, { name });
const write = (description: Omit<ModelDescription, 'inputs' | 'outputs'> & Partial<ModelDescription>) =>
  checkRoundTrip(modelBytes({ inputs: IMAGE, outputs: ['z'], ...description }));

describe('writes back through what the passes folded', () => {
  test('BatchNormalization after Conv, with a bias and without, grouped', async () => {
    for (const [weight, group] of [
      [[6, 4, 3, 3], 1],
      [[6, 2, 1, 1], 2],
      [[4, 1, 3, 3], 4],
    ] as const) {
      for (const inputs of [
        ['x', 'w'],
        ['x', 'w', 'b'],
      ]) {
        const initializers = { w: f32(weight), b: f32([weight[0]]), ...normalization('n', weight[0]) };
        const written = await write({
          initializers,
          nodes: [conv(inputs, 'c', { group }), normalize('n', 'c', 'd'), ...flat('d')],
        });
        assert.deepEqual(kindsOf(written), ['conv weight', 'conv bias']);
      }
    }
  });

  test('several nodes in a row; the bias goes into the last that adds', async () => {
    const initializers = {
      ...{ w: f32([5, 4, 3, 3]), b: f32([5]), s: f32([5, 1, 1], [2, -3, 0.5, 1, 4]), t: f32([1, 5, 1, 1]) },
      ...{ u: f32([], [0.25]), v: f32([1, 1, 1], [-2]), ...normalization('n', 5) },
    };
    const written = await write({
      initializers,
      nodes: [
        conv(['x', 'w', 'b']),
        normalize('n', 'c', 'd'),
        node('Identity', ['d'], ['d2']),
        node('Mul', ['s', 'd2'], ['e']),
        node('Sub', ['e', 't'], ['f']),
        node('Add', ['f', 'v'], ['g']),
        node('Div', ['g', 'u'], ['h']),
        ...flat('h'),
      ],
    });
    const after = loadModel(encodeModel(written.proto), { file: 'm' }).graph.constants;
    const changed = Object.entries(initializers).filter(([name, { data }]) => {
      return relativeError(after.get(name)!.data, data) > 0;
    });
    assert.deepEqual(
      changed.map(([name]) => name),
      ['w', 't'],
    );
  });

  test('Gemm in all its forms', async () => {
    const columns = f32([5], ramp(5, 9));
    for (const [attributes, weight, c] of [
      [{ alpha: 0.5, beta: float(2) }, [4, 5], columns],
      [{ transB: 1, alpha: float(-3) }, [5, 4], columns],
      [{ alpha: 1.5 }, [4, 5], undefined],
      [{ transB: 1 }, [5, 4], columns],
      [{}, [4, 5], f32([1, 5], ramp(5, 9))],
      [{ beta: 0.5 }, [4, 5], f32([2, 5])],
    ] as const) {
      const written = await write({
        inputs: { x: ['N', 4] },
        initializers: { w: f32(weight), ...(c ? { c } : {}) },
        nodes: [node('Gemm', ['x', 'w', ...(c ? ['c'] : [])], ['z'], attributes, { name: 'fc' })],
      });
      assert.deepEqual(kindsOf(written), c ? ['fc weight', 'fc bias'] : ['fc weight']);
    }
  });

  test('a Gemm that adds activations', async () => {
    const written = await write({
      inputs: { x: ['N', 4] },
      initializers: { w: f32([4, 4]), v: f32([4, 4], ramp(16, 3)) },
      nodes: [
        node('Gemm', ['x', 'w', 'x'], ['a'], {}, { name: 'one' }),
        node('Gemm', ['a', 'v', 'x'], ['z'], { beta: float(2), alpha: 0.5 }, { name: 'two' }),
      ],
    });
    assert.deepEqual(kindsOf(written), ['one weight', 'two weight']);
  });

  test('MatMul and Add, weights behind Transpose, Reshape and Identity, Constant nodes', async () => {
    const written = await write({
      inputs: { x: ['N', 4] },
      initializers: { wt: f32([5, 4]), row: i64([6, 5]), b: f32([5]) },
      nodes: [
        node('Transpose', ['wt'], ['w'], {}),
        node('Identity', ['b'], ['b2']),
        node('MatMul', ['x', 'w'], ['m'], {}, { name: 'dense' }),
        node('Add', ['b2', 'm'], ['a']),
        node('Constant', [], ['flat'], { value: f32([30], ramp(30, 2)) }),
        node('Reshape', ['flat', 'row'], ['v']),
        node('Transpose', ['v'], ['v2'], { perm: [1, 0] }),
        node('Constant', [], ['d'], { value_floats: float([1, -2, 3, 4, 5, 0.5]) }),
        node('Gemm', ['a', 'v2', 'd'], ['z'], {}, { name: 'fc' }),
      ],
    });
    assert.deepEqual(kindsOf(written), ['dense weight', 'dense bias', 'fc weight', 'fc bias']);
  });

  test('a layer to which nothing is added, or one value for all, keeps its bias', async () => {
    for (const last of [node('Mul', ['c', 's'], ['d']), node('Add', ['c', 'one'], ['d'])]) {
      const written = await write({
        initializers: { w: f32([5, 4, 1, 1]), s: f32([5, 1, 1], [1, 2, 3, 4, 5]), one: f32([1], [2]) },
        nodes: [conv(['x', 'w']), last, ...flat('d')],
      });
      assert.deepEqual(kindsOf(written), ['conv weight']);
    }
  });

  test('weights that layers share unfolded, slopes, a BatchNormalization that cannot be folded', async () => {
    const written = await write({
      initializers: { w: f32([4, 4, 1, 1]), slope: f32([4, 1, 1]), ...normalization('n', 4) },
      nodes: [
        conv(['x', 'w'], 'a', {}, 'one'),
        node('PRelu', ['a', 'slope'], ['b'], {}, { name: 'prelu' }),
        conv(['b', 'w'], 'c', {}, 'two'),
        node('Add', ['a', 'c'], ['d']),
        normalize('n', 'd', 'e'),
        ...flat('e'),
      ],
    });
    assert.deepEqual(kindsOf(written), [
      'one weight',
      'prelu slope',
      'two weight',
      'n bn-scale',
      'n bn-bias',
    ]);
  });

  test('BatchNormalization that stays', async () => {
    const bytes = modelBytes({
      inputs: IMAGE,
      outputs: ['z'],
      initializers: { w: f32([5, 4, 3, 3]), ...normalization('n', 5) },
      nodes: [conv(['x', 'w']), normalize('n', 'c', 'd'), ...flat('d')],
    });
    const { bound, trained } = await checkRoundTrip(bytes, { batchNorm: 'keep' });
    assert.deepEqual(
      trained.map(({ constant }) => constant),
      ['w', 'ns', 'nb'],
    );
    const writeBack = await WriteBack.create(bound, { batchNorm: 'keep' });
    const proto = writeBack.write(new Map([['nm', new Float32Array(5)]]));
    assert.deepEqual(
      [...loadModel(encodeModel(proto), { file: 'm' }).graph.constants.get('nm')!.data],
      [0, 0, 0, 0, 0],
    );
  });
});

describe('channels that a BatchNormalization wipes out', () => {
  const initializers = { w: f32([3, 4, 1, 1]), ...normalization('n', 3), ns: f32([3], [1, 0, 1e-38]) };
  const bytes = modelBytes({
    inputs: IMAGE,
    outputs: ['z'],
    initializers,
    nodes: [conv(['x', 'w']), normalize('n', 'c', 'd'), ...flat('d')],
  });

  test('get the scale that makes their factor 1', async () => {
    const { proto, bound } = await checkRoundTrip(bytes);
    const { constants } = loadModel(encodeModel(proto), { file: 'm' }).graph;
    const [scale, variance] = ['ns', 'nv'].map((name) => constants.get(name)!.data as Float32Array);
    assert.equal(scale![0], 1);
    for (const c of [1, 2]) assert.equal(scale![c], Math.fround(Math.sqrt(variance![c]! + 1e-5)));
    const weights = bound.graph.constants.get('w')!.data as Float32Array;
    assert.ok(weights.subarray(4, 8).every((weight) => weight === 0));
  });

  test('stay as they are where only others change', async () => {
    const bound = await bindModel(modelOf(bytes, 'm.onnx'), 2);
    const writeBack = await WriteBack.create(bound);
    const weights = Float32Array.from(bound.graph.constants.get('w')!.data as Float32Array);
    weights[0] = 1;
    const { constants } = loadModel(encodeModel(writeBack.write(new Map([['w', weights]]))), {
      file: 'm',
    }).graph;
    assert.deepEqual(constants.get('ns')!.data, initializers.ns.data);
    assert.deepEqual(constants.get('w')!.data.subarray(1), initializers.w.data.subarray(1));
  });

  test('a Mul by 0 is refused', async () => {
    const nodes = [conv(['x', 'w']), node('Mul', ['c', 's'], ['d']), ...flat('d')];
    const zero = modelBytes({
      inputs: IMAGE,
      outputs: ['z'],
      initializers: { w: f32([3, 4, 1, 1]), s: f32([3, 1, 1], [1, 0, 1]) },
      nodes,
    });
    await assert.rejects(checkRoundTrip(zero), userError(/node conv \(Conv\).*multiplied by 0/));
  });
});

describe('refuses before anything is trained', () => {
  const refused = (description: Parameters<typeof write>[0], ...patterns: RegExp[]) =>
    assert.rejects(write(description), userError(...patterns));

  test('weights that are computed', async () => {
    await refused(
      {
        initializers: { v: f32([5, 4, 1, 1]), two: f32([], [2]) },
        nodes: [node('Mul', ['v', 'two'], ['w'], {}, { name: 'scaled' }), conv(['x', 'w']), ...flat('c')],
      },
      /^m\.onnx: 'w' of node conv \(Conv\) is computed by node scaled \(Mul\)/,
      /--train-only/,
    );
  });

  test('weights of layers that fold differently, or that something else reads too', async () => {
    const initializers = { w: f32([4, 4, 1, 1]), ...normalization('n', 4), perm: i64([4, 4]) };
    await refused(
      {
        initializers,
        nodes: [
          conv(['x', 'w'], 'a', {}, 'one'),
          normalize('n', 'a', 'b'),
          conv(['b', 'w'], 'c', {}, 'two'),
          ...flat('c'),
        ],
      },
      /'w' serves node one \(Conv\) and node two \(Conv\) in different ways/,
    );
    await refused(
      {
        initializers,
        outputs: ['z', 'w'],
        nodes: [conv(['x', 'w']), normalize('n', 'c', 'd'), ...flat('d')],
      },
      /'w' serves node conv \(Conv\) and an output or sub-graph/,
    );
    await refused(
      {
        initializers: { ...initializers, v: f32([4, 4]) },
        inputs: { x: ['N', 4] },
        nodes: [
          node('MatMul', ['x', 'v'], ['a'], {}, { name: 'dense' }),
          node('Transpose', ['v'], ['vt']),
          node('MatMul', ['a', 'vt'], ['z'], {}, { name: 'tied' }),
        ],
      },
      /'v' serves node dense \(MatMul\) and node tied \(MatMul\)/,
    );
  });

  test('the one constant that biases share', async () => {
    await refused(
      {
        initializers: { w: f32([4, 4, 1, 1]), v: f32([4, 4, 1, 1]), b: f32([4, 1, 1]) },
        nodes: [
          conv(['x', 'w'], 'a', {}, 'one'),
          node('Add', ['a', 'b'], ['a2']),
          conv(['a2', 'v'], 'c', {}, 'two'),
          node('Add', ['c', 'b'], ['c2']),
          ...flat('c2'),
        ],
      },
      /'b' serves node one \(Conv\) and node Add_3 \(Add\)/,
    );
  });

  test('other types than float32', async () => {
    const proto = model({
      inputs: IMAGE,
      outputs: ['z'],
      initializers: { w: f32([2, 4, 1, 1]) },
      nodes: [conv(['x', 'w']), ...flat('c')],
    });
    const weights = proto.graph!.initializer[0]!;
    weights.dataType = 16;
    weights.rawData = weights.rawData.slice(0, 16);
    await assert.rejects(
      checkRoundTrip(toBinary(ModelProtoSchema, proto)),
      userError(/'w' is bfloat16, expected float32/),
    );
  });
});

/** Whether BatchNormalization nodes are in the file. */
const MODELS: Readonly<Record<string, boolean>> = {
  'resnet20-cifar10-akamaster.bn.op17': true,
  'resnet20-cifar10-akamaster.folded.op17': false,
  'resnet2b-cifar10-vnncomp': false,
  'cnn-small-cifar10-marabou': false,
  'lenet5-mnist-own.op17': false,
  'lenet5bn-mnist-own.bn.op13': true,
  'lenet-mnist-ccoltong': false,
  'convnet-avgpool-mnist-verivital': false,
  'mobilenetv2-imagenet-dequantized-fp32': false,
};

describe('writes back into real models', () => {
  for (const [name, hasNormalization] of Object.entries(MODELS)) {
    const path = sharedData('models', `${name}.onnx`);
    test(name, needs(path), async () => {
      const bytes = new Uint8Array(readFileSync(path!));
      for (const batchNorm of hasNormalization ? (['fold', 'keep'] as const) : (['fold'] as const)) {
        const { bound, trained } = await checkRoundTrip(bytes, { batchNorm });
        assert.equal(trained.length, parametersOf(bound.graph).length);
      }
    });
  }

  const quantized = sharedData('models', 'mobilenetv2-imagenet-qdq-uint8-lanznx.onnx');
  test('already quantized weights are refused', needs(quantized), async () => {
    await assert.rejects(
      checkRoundTrip(new Uint8Array(readFileSync(quantized!))),
      userError(/is computed by node \S+ \(DequantizeLinear\)/),
    );
  });
});
