import { Worker } from 'node:worker_threads';
import type { Tensor } from 'onnxruntime-node';
import { InterruptedError, UserError } from '../util/errors.js';

/** A value as onnxruntime takes and gives it. */
export interface HostTensor {
  readonly type: Tensor.Type;
  readonly data: Tensor['data'];
  readonly shape: readonly number[];
}

/** A model that runs through onnxruntime, in a thread of its own: the event loop stays free. */
export interface OrtSession {
  /**
   * @throws UserError with onnxruntime's own reason where it fails; InterruptedError after `cancel`
   */
  run(feeds: Readonly<Record<string, HostTensor>>): Promise<Readonly<Record<string, HostTensor>>>;
  /** Rejects the runs that are under way; onnxruntime itself computes them to their end. */
  cancel(): void;
  release(): Promise<void>;
}

/** What the worker is asked; it answers in order. */
export type OrtRequest = { readonly id: number; readonly session: number } & (
  | { readonly kind: 'open'; readonly source: Uint8Array | string; readonly threads: number }
  | { readonly kind: 'run'; readonly feeds: Readonly<Record<string, HostTensor>> }
  | { readonly kind: 'release' }
);

export interface OrtResponse {
  readonly id: number;
  readonly results?: Readonly<Record<string, HostTensor>>;
  /** onnxruntime's message where the request failed. */
  readonly error?: string;
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
  thread ??= new OrtThread();
  return thread.open(source, threads, what);
}

/** A float32 tensor for a session. */
export function floatTensor(data: Float32Array, shape: readonly number[]): HostTensor {
  return { type: 'float32', data, shape };
}

/** Started by the first session: onnxruntime is 25 MB that most commands can do without. */
let thread: OrtThread | undefined;

interface Pending {
  readonly session: number;
  resolve(response: OrtResponse): void;
  reject(error: Error): void;
}

class OrtThread {
  readonly #worker = new Worker(new URL('./onnxruntime_worker.js', import.meta.url));
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #nextSession = 0;

  constructor() {
    this.#worker.on('message', (response: OrtResponse) => this.#settle(response));
    // Where onnxruntime does not load, or the thread dies, nobody would answer.
    this.#worker.on('error', (error) => {
      thread = undefined;
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    });
    this.#worker.unref();
  }

  async open(source: Uint8Array | string, threads: number, what: string): Promise<OrtSession> {
    const session = this.#nextSession++;
    const opened = await this.#ask({ id: this.#nextId++, session, kind: 'open', source, threads });
    if (opened.error !== undefined) {
      throw new UserError(`${what}: onnxruntime does not run it: ${oneLine(opened.error)}`);
    }
    return {
      run: async (feeds) => {
        const { results, error } = await this.#ask({ id: this.#nextId++, session, kind: 'run', feeds });
        if (results !== undefined) return results;
        throw new UserError(`${what}: onnxruntime fails on it: ${oneLine(error ?? 'no result')}`);
      },
      cancel: () => {
        for (const pending of this.#pending.values()) {
          if (pending.session === session) pending.reject(new InterruptedError());
        }
      },
      release: async () => {
        await this.#ask({ id: this.#nextId++, session, kind: 'release' });
      },
    };
  }

  /** While an answer is due, the thread keeps the process alive. */
  #ask(request: OrtRequest): Promise<OrtResponse> {
    return new Promise((resolve, reject) => {
      this.#pending.set(request.id, { session: request.session, resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(request);
    });
  }

  #settle(response: OrtResponse): void {
    this.#pending.get(response.id)?.resolve(response);
    this.#pending.delete(response.id);
    if (this.#pending.size === 0) this.#worker.unref();
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
