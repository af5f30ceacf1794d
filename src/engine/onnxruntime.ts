import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { messageOf, UserError } from '../util/errors.js';

/** A value as onnxruntime takes and gives it. */
export type HostTensor = Tensor;

/** A model that runs through onnxruntime. Its `run` blocks the event loop while it computes. */
export interface OrtSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, HostTensor>>): Promise<Readonly<Record<string, HostTensor>>>;
  release(): Promise<void>;
}

/** Loads onnxruntime on first use: it is 25 MB that most commands can do without. */
async function load() {
  return import('onnxruntime-node');
}

/**
 * Opens a model on the CPU.
 * @param source bytes of an ONNX model, or the path of one (needed where its data lie in other files)
 * @param what for messages, e.g. the file's name
 * @throws UserError with onnxruntime's own reason where it does not take the model
 */
export async function openSession(
  source: Uint8Array | string,
  threads: number,
  what: string,
): Promise<OrtSession> {
  const { InferenceSession: Session } = await load();
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  };
  try {
    // The overloads do not take the union.
    return typeof source === 'string'
      ? await Session.create(source, options)
      : await Session.create(source, options);
  } catch (error) {
    throw new UserError(`${what}: onnxruntime does not run it: ${oneLine(messageOf(error))}`, {
      cause: error,
    });
  }
}

/** A float32 tensor for a session. */
export async function floatTensor(data: Float32Array, shape: readonly number[]): Promise<HostTensor> {
  const { Tensor: OrtTensor } = await load();
  return new OrtTensor('float32', data, [...shape]);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
