import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJsonFile } from '../../../quant/json_file.js';
import { UserError } from '../../../util/errors.js';
import { readInput, writeAtomically } from '../../../util/files.js';
import { logFile } from './batch.js';

/** The end of a log that is looked at, in bytes. */
const logTail = 4096;

const settings = z.object({
  partition: z.string().optional(),
  account: z.string().optional(),
  gres: z.string().optional(),
  time: z.string().optional(),
  arrayLimit: z.int().optional(),
  cpus: z.int(),
});

const slurmRun = z.object({
  schemaVersion: z.literal(1),
  suite: z.object({ name: z.string(), sha256: z.string() }),
  entries: z.int().min(1),
  /** Tasks are numbered from 1. */
  tasks: z.int().min(1),
  /** Of its jobs; no other job has it. */
  name: z.string(),
  settings,
  jobs: z.array(z.object({ job: z.string(), tasks: z.array(z.int()) })),
  updateBaseline: z.string().nullable(),
});

/** What must be known of a submitted suite to wait for it: run.json of its folder. */
export type SlurmRun = z.output<typeof slurmRun>;

export const runFile = (folder: string) => join(folder, 'run.json');

export async function storeRun(folder: string, run: SlurmRun): Promise<void> {
  await writeAtomically(runFile(folder), `${JSON.stringify(run, null, 2)}\n`);
}

/** @throws UserError where the folder is none of a submitted suite */
export async function loadRun(folder: string): Promise<SlurmRun> {
  const file = runFile(folder);
  const kind = { what: 'a submitted suite', remedy: 'name the folder of bench --executor slurm' };
  const bytes = await readInput(file).catch((cause: unknown) => {
    throw new UserError(`${folder}: holds no run.json of a submitted suite; ${kind.remedy}`, { cause });
  });
  return parseJsonFile(bytes.toString('utf8'), file, slurmRun, kind);
}

export async function isRunFolder(folder: string): Promise<boolean> {
  return readFile(runFile(folder)).then(
    () => true,
    () => false,
  );
}

/** The last line of a task's log; undefined where there is none. */
export async function lastLogLine(folder: string, task: number): Promise<string | undefined> {
  const file = await open(logFile(folder, task)).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(logTail),
      0,
      logTail,
      Math.max(0, size - logTail),
    );
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    return lines.map((line) => line.trim()).findLast((line) => line !== '');
  } finally {
    await file.close();
  }
}
