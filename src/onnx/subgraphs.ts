import { fromBinary } from '@bufbuild/protobuf';
import { UserError } from '../util/errors.js';
import type { Attribute } from './graph.js';
import { GraphProtoSchema } from './onnx_pb.js';

/** Deeper nesting of If, Loop and Scan bodies than this is refused. */
const MAX_DEPTH = 16;

/**
 * Names of outer values that the bodies of If, Loop and Scan among these attributes read. They are inputs of the
 * node as much as the listed ones.
 *
 * @throws UserError where a body cannot be decoded
 */
export function outerNames(attributes: ReadonlyMap<string, Attribute>, where: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const value of attributes.values()) {
    if (typeof value === 'object' && 'subgraph' in value) collect(value.subgraph, where, names, 1);
  }
  return names;
}

function collect(bytes: Uint8Array, where: string, names: Set<string>, depth: number): void {
  if (depth > MAX_DEPTH)
    throw new UserError(`${where}: its sub-graphs are nested more than ${MAX_DEPTH} deep`);
  const graph = decode(bytes, where);
  const inner = new Set<string>();
  for (const { name } of [...graph.input, ...graph.initializer]) inner.add(name);
  for (const { output } of graph.node) for (const name of output) inner.add(name);
  const read = new Set<string>(graph.output.map(({ name }) => name));
  for (const { input, attribute } of graph.node) {
    for (const name of input) if (name !== '') read.add(name);
    for (const { g } of attribute) if (g.length > 0) collect(g, where, read, depth + 1);
  }
  for (const name of read) if (!inner.has(name)) names.add(name);
}

function decode(bytes: Uint8Array, where: string) {
  try {
    return fromBinary(GraphProtoSchema, bytes);
  } catch (error) {
    throw new UserError(`${where}: its sub-graph cannot be decoded; the file is damaged`, { cause: error });
  }
}
