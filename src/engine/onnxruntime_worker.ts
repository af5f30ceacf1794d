import { parentPort } from 'node:worker_threads';
import { type InferenceSession, InferenceSession as Session, Tensor } from 'onnxruntime-node';
import { messageOf } from '../util/errors.js';
import type { HostTensor, OrtRequest, OrtResponse } from './onnxruntime.js';

/** onnxruntime behind messages: its `run` blocks the thread that calls it. */
const port = parentPort;
if (port === null) throw new Error('onnxruntime_worker.js runs as a worker thread');

const sessions = new Map<number, Session>();

async function answer(request: OrtRequest): Promise<OrtResponse> {
  const { id, session } = request;
  try {
    switch (request.kind) {
      case 'open': {
        const options: InferenceSession.SessionOptions = {
          intraOpNumThreads: request.threads,
          interOpNumThreads: 1,
          logSeverityLevel: 4,
        };
        const { source } = request;
        // The overloads do not take the union.
        const opened =
          typeof source === 'string'
            ? await Session.create(source, options)
            : await Session.create(source, options);
        sessions.set(session, opened);
        return { id };
      }
      case 'run':
        return { id, results: await run(sessions.get(session) as Session, request.feeds) };
      case 'release':
        await sessions.get(session)?.release();
        sessions.delete(session);
        return { id };
    }
  } catch (error) {
    return { id, error: messageOf(error) };
  }
}

async function run(
  session: Session,
  feeds: Readonly<Record<string, HostTensor>>,
): Promise<Record<string, HostTensor>> {
  const tensors = Object.entries(feeds).map(([name, { type, data, shape }]) => {
    // The constructor's overloads tie each type to its array.
    return [name, new Tensor(type as 'float32', data as Float32Array, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(tensors));
  return Object.fromEntries(
    Object.entries(results).map(([name, { type, data, dims }]) => [name, { type, data, shape: dims }]),
  );
}

// One after the other: a release must not overtake the run before it.
let last: Promise<void> = Promise.resolve();
port.on('message', (request: OrtRequest) => {
  last = last.then(async () => port.postMessage(await answer(request)));
});
