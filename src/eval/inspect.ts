import { discoverShapes } from '../engine/discover_shapes.js';
import { isExact, isLinear, layerKind, linearLayers, macsPerSample } from '../engine/linear_layer.js';
import { whyNotNative } from '../engine/lower/lower_graph.js';
import type { Graph, Node } from '../onnx/graph.js';
import { optimize } from '../onnx/passes/optimize.js';
import { bindBatch } from '../onnx/shapes/bind_batch.js';
import { inferShapes } from '../onnx/shapes/infer.js';
import { formatQMethod } from '../quant/qmethod.js';
import type { InspectNode, InspectReport, Retraining } from '../report/inspect_results.js';
import { packageVersion } from '../util/version.js';
import { loadModel } from './model.js';
import { readTunedModel, type TunedModel, tunedKey } from './tuned_model.js';

/**
 * Nodes of a model with their shapes for one sample, and what an approximate evaluation would do with each.
 * @throws UserError where the file is no usable ONNX model
 */
export async function inspectModel(file: string): Promise<InspectReport> {
  const { graph, sha256 } = await loadModel(file);
  const warnings: string[] = [];
  const tuned = readTunedModel(graph.metadata, file, (message) => warnings.push(message));
  const { inputShapes, batch } = bindBatch(graph, 1);
  const extra = await discoverShapes(graph, inputShapes, file);
  const inferred = inferShapes(graph, inputShapes, extra);
  const optimized = await optimize(graph, { inputShapes, extra });
  const layers = new Map(linearLayers(optimized).map((layer) => [layer.node.name, layer]));
  const remaining = new Map(optimized.nodes.map((node) => [node.name, node]));

  const nodes = graph.nodes.map((node): InspectNode => {
    const layer = layers.get(node.name);
    const exact = layer === undefined || isExact(layer);
    const left = remaining.get(node.name);
    return {
      name: node.name,
      op: node.op,
      kind: exact ? '' : layerKind(layer),
      inputShape: shapeOf(inferred, node.inputs[0]),
      outputShape: shapeOf(inferred, node.outputs[0]),
      macs: isLinear(node) ? (exact ? null : macsPerSample(layer, batch)) : 0,
      parameters: parametersOf(graph, node),
      approximable: !exact,
      reason: isLinear(node) && exact ? reasonOf(layer) : null,
      // What passes folded away needs no engine.
      engine: left === undefined || whyNotNative(optimized, left) === undefined ? 'native' : 'onnxruntime',
    };
  });
  return {
    schemaVersion: 1,
    command: 'inspect',
    version: packageVersion(),
    model: {
      file,
      sha256,
      opset: graph.opset,
      irVersion: graph.irVersion,
      parameters: nodes.reduce((sum, node) => sum + node.parameters, 0),
      macs: nodes.reduce((sum, node) => sum + (node.macs ?? 0), 0),
      inputs: graph.inputs,
      outputs: graph.outputs,
      metadata: Object.fromEntries([...graph.metadata].filter(([key]) => !tuned || key !== tunedKey)),
      retrained: tuned === undefined ? null : retraining(tuned),
    },
    nodes,
    warnings,
  };
}

function retraining({ approximation, gradient, batchNorm, epochs, seed, dataset }: TunedModel): Retraining {
  const { spec, name, split } = dataset;
  return {
    multiplier: approximation?.multiplier ?? null,
    quantization: approximation && {
      qmethod: formatQMethod(approximation.qmethod),
      activationBits: approximation.activationBits,
      weightBits: approximation.weightBits,
    },
    gradient,
    batchNorm,
    epochs,
    seed,
    dataset: { spec, name, split },
  };
}

function shapeOf(graph: Graph, name: string | undefined): readonly number[] | null {
  return (name !== undefined && (graph.values.get(name) ?? graph.constants.get(name))?.shape) || null;
}

function reasonOf(layer: { readonly reason: string } | object | undefined): string {
  return layer !== undefined && 'reason' in layer ? layer.reason : 'folded into another node';
}

function parametersOf(graph: Graph, node: Node): number {
  return node.inputs.reduce((sum, name) => {
    const constant = graph.constants.get(name);
    return constant?.type.startsWith('float') ? sum + constant.data.length : sum;
  }, 0);
}
