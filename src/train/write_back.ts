import { dirname } from 'node:path';
import { discoverShapes } from '../engine/discover_shapes.js';
import type { BoundModel } from '../eval/model.js';
import { describeNode } from '../onnx/attributes.js';
import { capturedNames } from '../onnx/edit.js';
import type { Graph, Node } from '../onnx/graph.js';
import { loadModel } from '../onnx/load.js';
import type { ModelProto } from '../onnx/onnx_pb.js';
import { foldGemm } from '../onnx/passes/fold_gemm.js';
import { foldLayers, type KeptNodes, simplify } from '../onnx/passes/optimize.js';
import { checkConstant, patchModel } from '../onnx/patch_model.js';
import { ConstantSources } from '../onnx/unfold/constant_source.js';
import { type BiasPlace, type Place, type Stages, UnfoldedLayer } from '../onnx/unfold/unfold_layer.js';
import { UserError } from '../util/errors.js';
import type { Parameter } from './plan/parameters.js';

/**
 * Brings trained constants of an optimized graph back into the tensors of the file that they were made from: weights
 * are divided by what was folded into them, a change of a bias goes into the last constant that is added to it.
 */
export class WriteBack {
  readonly #model: ModelProto;
  readonly #file: string;
  readonly #decoded: Graph;
  readonly #stages: Stages;
  readonly #sources: ConstantSources;
  /** Where each tensor of the file has an influence, by its name; outputs and sub-graphs of the model as 'elsewhere'. */
  readonly #users: ReadonlyMap<string, readonly (Place | 'elsewhere')[]>;
  /** By node name. */
  readonly #layers = new Map<string, UnfoldedLayer>();

  private constructor(
    bound: BoundModel,
    loaded: { proto: ModelProto; graph: Graph },
    stages: Stages,
    sources: ConstantSources,
  ) {
    this.#model = loaded.proto;
    this.#file = bound.model.file;
    this.#decoded = loaded.graph;
    this.#stages = stages;
    this.#sources = sources;
    this.#users = usersOf(stages.simplified, sources);
  }

  /** @param kept as the model was bound */
  static async create(bound: BoundModel, kept: KeptNodes = {}): Promise<WriteBack> {
    const { bytes, file } = bound.model;
    const loaded = loadModel(bytes, { file });
    const inputShapes = new Map([[bound.input.name, bound.input.shape]]);
    const options = { inputShapes, ...kept, extra: await discoverShapes(loaded.graph, inputShapes, file) };
    const simplified = await simplify(loaded.graph, options);
    const stages = {
      simplified,
      normal: foldGemm(simplified),
      optimized: foldLayers(simplified, kept),
    };
    return new WriteBack(bound, loaded, stages, new ConstantSources(loaded.graph, options));
  }

  /**
   * The parameters that the file has room for: all but biases of layers to which it adds nothing.
   * @throws UserError naming the node of one that cannot be written
   */
  writable(parameters: readonly Parameter[]): Parameter[] {
    return parameters.filter(({ constant, kind, node }) => {
      if (this.#isDirect(constant)) {
        this.checkDirect(constant, node);
        return true;
      }
      const layer = this.#layer(node);
      if (kind === 'bias') return this.#biasPlace(layer, node) !== undefined;
      this.#checkPlace(layer.weight, node);
      for (const scale of layer.vanishingScales()) {
        this.#checkPlace(scale, node);
        this.#biasPlace(layer, node);
      }
      return true;
    });
  }

  /**
   * Checks that a constant that no pass changed can be written.
   * @param node its reader, for messages
   * @throws UserError where it is computed, of another type, or also read in another form
   */
  checkDirect(constant: string, node: Node): void {
    const root = this.#rootOf(constant, node);
    const { nodes } = this.#stages.optimized;
    const others = this.#usersOf(root).filter((user) => {
      if (user === 'elsewhere') return true;
      const reader = nodes.find(({ name }) => name === user.node.name);
      return user.node.inputs[user.input] !== constant || reader?.inputs[user.input] !== constant;
    });
    if (others.length > 0) this.#failShared(root, node, others);
  }

  /**
   * The model with new values.
   * @param values of constants of the optimized graph, by name
   */
  write(
    values: ReadonlyMap<string, Float32Array>,
    metadata: ReadonlyMap<string, string> = new Map(),
  ): ModelProto {
    const constants = new Map<string, Float32Array>();
    const put = (name: string, data: Float32Array) => {
      const source = this.#sources.sourceOf(name);
      if (!('root' in source)) throw new TypeError(`'${name}' is computed`);
      const { root, indices } = source;
      const target =
        constants.get(root) ?? Float32Array.from(this.#decoded.constants.get(root)!.data as Float32Array);
      data.forEach((value, i) => {
        target[indices?.[i] ?? i] = value;
      });
      constants.set(root, target);
    };
    for (const [name, data] of values) if (this.#isDirect(name)) put(name, data);
    for (const node of this.#stages.optimized.nodes) {
      const [, weight = '', bias = ''] = node.inputs;
      const isFolded = [weight, bias].some((name) => values.has(name) && !this.#isDirect(name));
      if (!isFolded) continue;
      const layer = this.#layer(node);
      const folded = { weight: values.get(weight), bias: values.get(bias) };
      for (const change of layer.unfold(folded, this.#biasPlace(layer, node))) {
        put(change.node.inputs[change.input]!, change.values);
      }
    }
    const origin = { file: this.#file, directory: dirname(this.#file) };
    return patchModel(this.#model, { constants, metadata }, origin);
  }

  /** Whether no pass changed a constant of the optimized graph. */
  #isDirect(constant: string): boolean {
    return this.#stages.simplified.constants.get(constant) === this.#stages.optimized.constants.get(constant);
  }

  #layer(node: Node): UnfoldedLayer {
    const known = this.#layers.get(node.name);
    if (known !== undefined) return known;
    const layer = new UnfoldedLayer(this.#stages, node);
    this.#layers.set(node.name, layer);
    return layer;
  }

  /** Where a change of the layer's bias goes; undefined: the file adds no constant to each of its outputs. */
  #biasPlace(layer: UnfoldedLayer, node: Node): BiasPlace | undefined {
    const places = layer.biasPlaces();
    const free = places.find((place) => this.#isFree(place));
    if (free === undefined && places[0] !== undefined) this.#checkPlace(places[0], node);
    return free;
  }

  #isFree(place: Place): boolean {
    const source = this.#sources.sourceOf(place.node.inputs[place.input]!);
    return 'root' in source && this.#usersOf(source.root).length === 1;
  }

  #checkPlace(place: Place, node: Node): void {
    const root = this.#rootOf(place.node.inputs[place.input]!, node);
    const others = this.#usersOf(root).filter((user) => {
      return user === 'elsewhere' || user.node !== place.node || user.input !== place.input;
    });
    if (others.length > 0) this.#failShared(root, node, others);
  }

  /** The tensor of the file that a constant of the simplified graph shows. */
  #rootOf(constant: string, node: Node): string {
    const source = this.#sources.sourceOf(constant);
    if ('root' in source) {
      checkConstant(this.#model, source.root, this.#file);
      return source.root;
    }
    const { computedBy } = source;
    throw new UserError(
      `${this.#file}: '${constant}' of ${describeNode(node)} is computed by ${describeNode(computedBy)}; training can only write initializers and Constant nodes: name the nodes to train with --train-only, or fold the model's constants first`,
    );
  }

  #usersOf(root: string): readonly (Place | 'elsewhere')[] {
    return this.#users.get(root) ?? [];
  }

  #failShared(root: string, node: Node, others: readonly (Place | 'elsewhere')[]): never {
    const [other] = others;
    const reader =
      other === undefined || other === 'elsewhere' ? 'an output or sub-graph' : describeNode(other.node);
    throw new UserError(
      `${this.#file}: '${root}' serves ${describeNode(node)} and ${reader} in different ways, and training would need different values; give each a copy of its own, or name the nodes to train with --train-only`,
    );
  }
}

function usersOf(simplified: Graph, sources: ConstantSources): Map<string, (Place | 'elsewhere')[]> {
  const users = new Map<string, (Place | 'elsewhere')[]>();
  const add = (constant: string, user: Place | 'elsewhere') => {
    if (!simplified.constants.has(constant)) return;
    for (const root of sources.rootsOf(constant)) users.set(root, [...(users.get(root) ?? []), user]);
  };
  for (const node of simplified.nodes) {
    for (const [input, name] of node.inputs.entries()) add(name, { node, input });
  }
  for (const { name } of simplified.outputs) add(name, 'elsewhere');
  for (const name of capturedNames(simplified)) add(name, 'elsewhere');
  return users;
}
