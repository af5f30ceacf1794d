import { appendFile } from 'node:fs/promises';
import type { EpochResult } from '../report/finetune_results.js';
import { messageOf, UserError } from '../util/errors.js';
import { readInput, writeAtomically } from '../util/files.js';

/** One step of the optimizer. */
export interface StepRecord {
  readonly epoch: number;
  /** Over all epochs, from 1. */
  readonly step: number;
  readonly loss: number;
  /** On the step's images, in 0 … 1. */
  readonly accuracy: number;
  readonly learningRate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly imagesPerSecond: number;
}

/** The file of --log: one JSON object a line. */
export class TrainingLog {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /**
   * Begins a log, or continues one: what it holds of later steps is removed, since they come again.
   * @param done finished steps and epochs that it may hold; undefined: none, the log is new
   * @throws UserError where it cannot be read or written
   */
  static async open(file: string, done: { step: number; epochs: number } | undefined): Promise<TrainingLog> {
    await writeAtomically(file, done === undefined ? '' : await keptLines(file, done));
    return new TrainingLog(file);
  }

  step(record: StepRecord): Promise<void> {
    return this.#append({ type: 'step', ...record });
  }

  epoch(record: EpochResult): Promise<void> {
    return this.#append({ type: 'epoch', ...record });
  }

  async #append(record: object): Promise<void> {
    try {
      await appendFile(this.#file, `${JSON.stringify(record)}\n`);
    } catch (error) {
      throw new UserError(`--log ${this.#file}: cannot write it: ${messageOf(error)}`, { cause: error });
    }
  }
}

async function keptLines(file: string, done: { step: number; epochs: number }): Promise<string> {
  const text = await readInput(file).then(
    (bytes) => bytes.toString('utf8'),
    () => '',
  );
  const kept = text.split('\n').filter((line) => {
    const record = parsed(line);
    if (record?.type === 'step') return Number(record.step) <= done.step;
    return record?.type === 'epoch' && Number(record.epoch) <= done.epochs;
  });
  return kept.map((line) => `${line}\n`).join('');
}

/** The record of a line; undefined where it is none: a killed process may have left half of one. */
function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
