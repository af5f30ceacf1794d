import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { messageOf, UserError } from '../util/errors.js';
import { decodeGraph } from './decode_graph.js';
import type { Graph } from './graph.js';
import { type ModelProto, ModelProtoSchema } from './onnx_pb.js';

/** Operator sets that the program knows; the newest is that of the onnxruntime it is built on. */
export const OLDEST_OPSET = 7;
export const NEWEST_OPSET = 26;

export interface LoadedModel {
  /** As in the file; unknown fields included. Initializers are views of the file's bytes. */
  readonly proto: ModelProto;
  readonly graph: Graph;
  /** SHA-256 (hex) of the file's bytes (without external data). */
  readonly sha256: string;
}

export interface LoadOptions {
  /** For messages. */
  readonly file: string;
  /** Where external data lie; the directory of `file` where absent. */
  readonly directory?: string;
}

/**
 * Decodes an ONNX file, operator sets 7 and newer.
 *
 * @param bytes the file; not copied, must not change afterwards
 * @throws UserError where it is no usable ONNX model
 */
export function loadModel(bytes: Uint8Array, options: LoadOptions): LoadedModel {
  const { file, directory = dirname(file) } = options;
  const proto = decodeModel(bytes, file);
  if (proto.graph === undefined) {
    throw new UserError(
      `${file}: not an ONNX model (no graph in it); expected a file saved by onnx or an exporter`,
    );
  }
  if (proto.functions.length > 0) {
    throw new UserError(
      `${file}: its ${proto.functions.length} model-local functions are not supported; inline them first (onnx.inliner.inline_local_functions)`,
    );
  }
  const opset = standardOpset(proto, file);
  const graph = decodeGraph(proto, proto.graph, { file, directory, opset });
  return { proto, graph, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function decodeModel(bytes: Uint8Array, file: string): ModelProto {
  if (bytes.length === 0) throw new UserError(`${file}: the file is empty; expected an ONNX model`);
  try {
    // A Buffer would hand on its own kind, whose slice() does not copy.
    return fromBinary(ModelProtoSchema, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    throw new UserError(
      `${file}: not an ONNX model, or truncated (${messageOf(error)}); got ${bytes.length} bytes, get the file again`,
      { cause: error },
    );
  }
}

function standardOpset(proto: ModelProto, file: string): number {
  const standard = proto.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (standard === undefined) {
    throw new UserError(
      `${file}: it names no version of the standard operator set; it is no usable ONNX model`,
    );
  }
  const version = Number(standard.version);
  if (version < OLDEST_OPSET || version > NEWEST_OPSET) {
    throw new UserError(
      `${file}: operator set ${version}, expected ${OLDEST_OPSET} to ${NEWEST_OPSET}; convert the model (onnx.version_converter) or export it again`,
    );
  }
  return version;
}
