/**
 * From the nodes of a file to the steps of an evaluation: a Conv, Gemm or MatMul with a constant weight becomes a
 * Layer, with BatchNormalization, alpha, beta and a bias that is added afterwards folded in (numerics.md, section 3).
 */
import { floatOf, integerOf } from './attributes.js';
import type { Model, Node } from './onnx.js';
import { sizeOf, type Tensor } from './tensor.js';

/** A multiplying layer. Weights are [outputs, reduction], whatever the order in the file. */
export interface Layer {
  readonly node: Node;
  readonly input: string;
  readonly output: string;
  readonly outputs: number;
  readonly reduction: number;
  readonly weight: Float32Array;
  readonly bias: Float32Array | undefined;
  /** Kernel height and width of a Conv; a Gemm or MatMul has none. */
  readonly kernel: readonly [number, number] | undefined;
  readonly group: number;
}

export type Step = { readonly layer: Layer } | { readonly node: Node };

/** The initializers and the values of Constant nodes. */
export function constantsOf(model: Model): Map<string, Tensor> {
  const constants = new Map(model.constants);
  for (const node of model.nodes) {
    const value = node.attributes.get('value')?.t;
    if (node.op === 'Constant' && value !== undefined) constants.set(node.outputs[0]!, value);
  }
  return constants;
}

function scaled(values: Float32Array | Float64Array, factor: number): Float32Array {
  return Float32Array.from(values, (value) => value * factor);
}

/** One value per output from a bias of shape [], [1], [O], [1, O]. */
function biasOf(tensor: Tensor, outputs: number, factor: number): Float32Array {
  if (tensor.data.length === 1) return new Float32Array(outputs).fill(tensor.data[0]! * factor);
  if (tensor.data.length !== outputs)
    throw new Error(`a bias of shape [${tensor.dims}] for ${outputs} outputs`);
  return scaled(tensor.data, factor);
}

function layerOf(node: Node, constants: ReadonlyMap<string, Tensor>): Layer | undefined {
  const weight = constants.get(node.inputs[1] ?? '');
  if (!['Conv', 'Gemm', 'MatMul'].includes(node.op) || weight === undefined) return undefined;
  const bias = constants.get(node.inputs[2] ?? '');
  if (node.inputs[2] && bias === undefined) throw new Error(`${node.op} ${node.name}: the bias is computed`);
  const common = { node, input: node.inputs[0]!, output: node.outputs[0]! };
  if (node.op === 'Conv') {
    const [outputs, perGroup, ...kernel] = weight.dims as [number, number, number, number];
    return {
      ...common,
      outputs,
      reduction: perGroup * sizeOf(kernel),
      weight: scaled(weight.data, 1),
      bias: bias && biasOf(bias, outputs, 1),
      kernel,
      group: integerOf(node, 'group', 1),
    };
  }
  if (integerOf(node, 'transA', 0) === 1 || weight.dims.length !== 2) return undefined;
  const transposed = integerOf(node, 'transB', 0) === 1;
  const [rows, columns] = weight.dims as [number, number];
  const [outputs, reduction] = transposed ? [rows, columns] : [columns, rows];
  const alpha = floatOf(node, 'alpha', 1);
  const values = new Float32Array(outputs * reduction);
  for (let o = 0; o < outputs; o++)
    for (let k = 0; k < reduction; k++)
      values[o * reduction + k] = weight.data[transposed ? o * columns + k : k * columns + o]! * alpha;
  return {
    ...common,
    outputs,
    reduction,
    weight: values,
    bias: bias && biasOf(bias, outputs, floatOf(node, 'beta', 1)),
    kernel: undefined,
    group: 1,
  };
}

/** w' = w·γ/√(var + ε), b' = (b − mean)·γ/√(var + ε) + β, in float64, rounded once. */
function foldBatchNormalization(layer: Layer, norm: Node, constants: ReadonlyMap<string, Tensor>): Layer {
  const [gamma, beta, mean, variance] = norm.inputs.slice(1, 5).map((name) => constants.get(name)!.data);
  const epsilon = floatOf(norm, 'epsilon', 1e-5);
  const weight = new Float32Array(layer.weight.length);
  const bias = new Float32Array(layer.outputs);
  for (let o = 0; o < layer.outputs; o++) {
    const factor = gamma![o]! / Math.sqrt(variance![o]! + epsilon);
    for (let k = 0; k < layer.reduction; k++) {
      const at = o * layer.reduction + k;
      weight[at] = layer.weight[at]! * factor;
    }
    bias[o] = ((layer.bias?.[o] ?? 0) - mean![o]!) * factor + beta![o]!;
  }
  return { ...layer, weight, bias, output: norm.outputs[0]! };
}

/** The constant that `add` adds to a dense layer's result, if it is one value per output (last axis). */
function addedBias(layer: Layer, add: Node, constants: ReadonlyMap<string, Tensor>): Tensor | undefined {
  const other = constants.get(add.inputs[0] === layer.output ? add.inputs[1]! : add.inputs[0]!);
  return other?.data.length === layer.outputs && other.dims.at(-1) === layer.outputs ? other : undefined;
}

/** The steps in the file's order; a folded node leaves none. */
export function prepare(model: Model): { steps: Step[]; constants: Map<string, Tensor> } {
  const constants = constantsOf(model);
  const isOutput = (name: string) => model.outputs.some((output) => output.name === name);
  const folded = new Set<Node>();
  const steps: Step[] = [];
  for (const node of model.nodes) {
    if (folded.has(node) || node.op === 'Constant') continue;
    let layer = layerOf(node, constants);
    if (layer === undefined) {
      steps.push({ node });
      continue;
    }
    const readers = model.nodes.filter((reader) => reader.inputs.includes(layer!.output));
    const reader = readers[0];
    if (reader !== undefined && readers.length === 1 && !isOutput(layer.output)) {
      if (reader.op === 'BatchNormalization' && node.op === 'Conv') {
        layer = foldBatchNormalization(layer, reader, constants);
        folded.add(reader);
      } else if (reader.op === 'Add' && node.op === 'MatMul') {
        const bias = addedBias(layer, reader, constants);
        if (bias !== undefined) {
          layer = { ...layer, bias: Float32Array.from(bias.data), output: reader.outputs[0]! };
          folded.add(reader);
        }
      }
    }
    steps.push({ layer });
  }
  return { steps, constants };
}
