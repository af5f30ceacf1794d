import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { consumersOf } from '../../src/onnx/edit.js';
import { encodeModel } from '../../src/onnx/encode.js';
import { loadModel } from '../../src/onnx/load.js';
import {
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
} from '../../src/onnx/onnx_pb.js';
import { messageOf, UserError } from '../../src/util/errors.js';
import { userError } from '../support/errors.js';
import { f32, float, i64, type ModelDescription, model, modelBytes, node } from '../support/onnx_builder.js';
import { temporaryFolder } from '../support/temporary.js';

const SMALL: ModelDescription = {
  inputs: { x: ['N', 2] },
  outputs: ['z'],
  nodes: [node('Relu', ['x'], ['y'], {}, { name: 'first' }), node('Sigmoid', ['y'], ['z'])],
};

const load = (description: ModelDescription) => loadModel(modelBytes(description), { file: 'm.onnx' }).graph;

/** `act` throws a one-line UserError that contains all fragments. */
function refuses(act: () => unknown, ...fragments: string[]): void {
  assert.throws(act, (error) => {
    userError()(error);
    for (const fragment of fragments)
      assert.ok(messageOf(error).includes(fragment), `${fragment} in: ${messageOf(error)}`);
    return true;
  });
}

describe('loadModel', () => {
  test('reads names, attributes and shapes', () => {
    const graph = load({
      ...SMALL,
      metadata: { dataset: 'mnist' },
      domains: { 'com.example': 3 },
      nodes: [
        node('LeakyRelu', ['x'], ['y'], { alpha: float(1) }, { name: 'leaky' }),
        node(
          'Foo',
          ['y', '', 'x'],
          ['z'],
          { axis: -1, mode: 'a', list: [1, 2], t: i64([7]) },
          { domain: 'com.example' },
        ),
      ],
    });
    assert.deepEqual(graph.inputs, [{ name: 'x', type: 'float32', shape: ['N', 2] }]);
    assert.equal(graph.opset, 17);
    assert.equal(graph.metadata.get('dataset'), 'mnist');
    assert.equal(graph.domains.get('com.example'), 3);
    const [leaky, foo] = graph.nodes;
    assert.equal(leaky?.name, 'leaky');
    assert.ok(leaky?.floatAttributes?.has('alpha'));
    assert.equal(foo?.name, 'Foo_1');
    assert.deepEqual(foo?.inputs, ['y', '', 'x']);
    assert.deepEqual([...foo!.attributes.keys()], ['axis', 'mode', 'list', 't']);
    assert.equal(foo?.attributes.get('axis'), -1);
    assert.deepEqual(foo?.attributes.get('list'), [1, 2]);
  });

  test('makes node names unique', () => {
    const names = [{ name: 'a' }, { name: 'a' }, { name: 'Relu_3' }, {}, { name: 'a_2' }];
    const nodes = names.map((options, i) =>
      node('Relu', [i === 0 ? 'x' : `v${i - 1}`], [`v${i}`], {}, options),
    );
    const graph = load({ inputs: { x: [1] }, outputs: ['v4'], nodes });
    assert.deepEqual(
      graph.nodes.map(({ name }) => name),
      ['a', 'a_3', 'Relu_3', 'Relu_3_2', 'a_2'],
    );
  });

  test('sorts nodes, and keeps the order of sorted ones', () => {
    const graph = load({ ...SMALL, nodes: [...SMALL.nodes].reverse() });
    assert.deepEqual(
      graph.nodes.map(({ op }) => op),
      ['Relu', 'Sigmoid'],
    );
  });

  test('moves Constant nodes and initializers that are inputs to the constants', () => {
    const graph = load({
      inputs: { x: [1], w: [1] },
      initializers: { w: f32([1], [2]) },
      outputs: ['z'],
      nodes: [
        node('Constant', [], ['a'], { value_float: float(3) }),
        node('Constant', [], ['b'], { value_ints: [4, 5] }),
        node('Constant', [], ['c'], { value: f32([], [6]) }),
        node('Sum', ['x', 'w', 'a', 'c'], ['s']),
        node('Reshape', ['s', 'b'], ['z']),
      ],
    });
    assert.deepEqual(
      graph.inputs.map(({ name }) => name),
      ['x'],
    );
    assert.deepEqual(graph.constants.get('a'), { type: 'float32', shape: [], data: Float32Array.of(3) });
    assert.deepEqual(graph.constants.get('b'), { type: 'int64', shape: [2], data: BigInt64Array.of(4n, 5n) });
    assert.deepEqual(graph.constants.get('c')?.shape, []);
    assert.deepEqual(graph.constants.get('w')?.data, Float32Array.of(2));
  });

  test('sorts by what a sub-graph captures, too', () => {
    const body = (input: string) => ({
      subgraph: toBinary(
        GraphProtoSchema,
        model({ inputs: {}, outputs: ['inner'], nodes: [node('Relu', [input], ['inner'])] }).graph!,
      ),
    });
    const branches = { then_branch: body('late'), else_branch: body('x') };
    const graph = load({
      inputs: { x: [2], c: { type: 'bool', shape: [] } },
      outputs: ['z'],
      nodes: [node('If', ['c'], ['z'], branches), node('Sigmoid', ['x'], ['late'])],
    });
    assert.deepEqual(
      graph.nodes.map(({ op }) => op),
      ['Sigmoid', 'If'],
    );
    assert.deepEqual(
      [...consumersOf(graph).get('x')!].map(({ op }) => op),
      ['Sigmoid', 'If'],
    );
  });
});

describe('loadModel refuses', () => {
  const bytes = modelBytes(SMALL);

  test('what is no ONNX file', () => {
    refuses(() => loadModel(new Uint8Array(), { file: 'e.onnx' }), 'e.onnx', 'empty');
    refuses(
      () => loadModel(new TextEncoder().encode('hello, world'), { file: 'm.onnx' }),
      'not an ONNX model',
    );
    for (let length = 1; length < bytes.length; length++) {
      try {
        loadModel(bytes.subarray(0, length), { file: 'm.onnx' });
        // Cut between two fields, what is left can be a smaller model.
      } catch (error) {
        assert.ok(error instanceof UserError, `${length}: ${error}`);
      }
    }
    refuses(() => loadModel(bytes.subarray(0, bytes.length - 3), { file: 'm.onnx' }), 'm.onnx');
  });

  test('operator sets that it does not know', () => {
    refuses(() => load({ ...SMALL, opset: 6 }), 'operator set 6', '7');
    refuses(() => load({ ...SMALL, opset: 99 }), 'operator set 99');
    refuses(
      () =>
        loadModel(
          changed((proto) => (proto.opsetImport = [])),
          { file: 'm.onnx' },
        ),
      'operator set',
    );
  });

  test('cycles, missing and doubled values', () => {
    const nodes = [
      node('Add', ['x', 'b'], ['a'], {}, { name: 'n1' }),
      node('Relu', ['a'], ['b'], {}, { name: 'n2' }),
    ];
    refuses(() => load({ ...SMALL, outputs: ['b'], nodes }), 'n1', 'cycle');
    refuses(() => load({ ...SMALL, nodes: [node('Relu', ['q'], ['z'])] }), 'Relu_0', "'q'");
    refuses(() => load({ ...SMALL, nodes: [...SMALL.nodes, node('Relu', ['x'], ['z'])] }), "'z'", 'already');
    refuses(() => load({ ...SMALL, outputs: ['nowhere'] }), "'nowhere'");
  });

  test('sparse initializers, functions, unsupported attributes and element types', () => {
    const one = new Uint8Array([8, 1]);
    refuses(
      () =>
        loadModel(
          changed((proto) => proto.graph!.sparseInitializer.push(one)),
          { file: 'm' },
        ),
      'sparse',
    );
    refuses(
      () =>
        loadModel(
          changed((proto) => proto.functions.push(one)),
          { file: 'm' },
        ),
      'functions',
    );
    const listOfGraphs = changed((proto) => {
      proto.graph!.node[0]!.attribute.push({ ...node('A', [], [], { a: 1 }).attribute[0]!, type: 10 });
    });
    refuses(() => loadModel(listOfGraphs, { file: 'm' }), 'first', 'graphs');
    const withType = (type: number) =>
      changed((proto) => {
        const value = proto.graph!.input[0]!.type!.value;
        if (value.case === 'tensorType') value.value.elemType = type;
      });
    refuses(() => loadModel(withType(16), { file: 'm' }), "'x'", 'bfloat16');
    refuses(() => loadModel(withType(14), { file: 'm' }), "'x'", 'complex64');
  });

  function changed(change: (proto: ModelProto) => void): Uint8Array {
    const proto = fromBinary(ModelProtoSchema, bytes);
    change(proto);
    return encodeModel(proto);
  }
});

describe('external data', () => {
  const directory = temporaryFolder();
  mkdirSync(join(directory, 'model'));
  writeFileSync(join(directory, 'secret.bin'), new Uint8Array(64));
  writeFileSync(join(directory, 'model', 'w.bin'), new Uint8Array(Float32Array.of(9, 1, 2, 3).buffer));
  symlinkSync(join('..', 'secret.bin'), join(directory, 'model', 'link.bin'));

  function external(entries: Record<string, string>): Uint8Array {
    const proto = model({ ...SMALL, initializers: { w: f32([3]) }, nodes: [node('Add', ['x', 'w'], ['z'])] });
    const tensor = proto.graph!.initializer[0]!;
    tensor.rawData = new Uint8Array();
    tensor.dataLocation = 1;
    tensor.externalData = Object.entries(entries).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    );
    return encodeModel(proto);
  }
  const loadExternal = (entries: Record<string, string>) =>
    loadModel(external(entries), { file: join(directory, 'model', 'm.onnx') }).graph;

  test('are read at their offset', () => {
    const { constants } = loadExternal({ location: 'w.bin', offset: '4', length: '12' });
    assert.deepEqual(constants.get('w')?.data, Float32Array.of(1, 2, 3));
    assert.deepEqual(loadExternal({ location: 'w.bin' }).constants.get('w')?.data, Float32Array.of(9, 1, 2));
  });

  test('are checked', () => {
    refuses(() => loadExternal({ location: 'absent.bin' }), "'w'", 'absent.bin');
    refuses(() => loadExternal({ location: 'w.bin', offset: '8' }), "'w'", 'byte 20', '16');
    refuses(() => loadExternal({ location: 'w.bin', length: '11' }), '12 bytes', '11');
    refuses(() => loadExternal({ location: 'w.bin', offset: '-4' }), 'offset');
    refuses(() => loadExternal({ location: 'w.bin', offset: '1e3' }), 'offset');
    refuses(() => loadExternal({}), 'location');
    refuses(() => loadExternal({ location: '.' }), "'w'");
  });

  test('stay inside the directory of the model', () => {
    refuses(() => loadExternal({ location: '../secret.bin' }), 'outside');
    refuses(() => loadExternal({ location: join(directory, 'secret.bin') }), 'outside');
    refuses(() => loadExternal({ location: 'link.bin' }), 'link out of');
  });
});
