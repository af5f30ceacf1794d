import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { packagePath } from '../src/util/paths.js';

/** Debian's PyTorch belongs to its own Python, which need not be the first one on the path. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/** Float training steps of ResNet-20 by PyTorch, in a process that waits between them. */
export class PytorchStep {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    this.#lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  }

  /** @returns undefined where no Python here has PyTorch */
  static async open(threads: number, batch: number): Promise<PytorchStep | undefined> {
    const python = PYTHONS.find((name) => spawnSync(name, ['-c', 'import torch']).status === 0);
    if (python === undefined) return undefined;
    const script = packagePath('bench', 'pytorch_step.py');
    const step = new PytorchStep(spawn(python, [script, String(threads), String(batch)]));
    await step.#line();
    return step;
  }

  async run(): Promise<void> {
    this.#process.stdin.write('\n');
    await this.#line();
  }

  close(): void {
    this.#process.stdin.end();
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`pytorch_step.py ended: ${this.#process.stderr.read() ?? ''}`);
    return value;
  }
}
