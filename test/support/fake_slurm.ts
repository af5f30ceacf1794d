import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * A Slurm of one machine for tests. sbatch runs the tasks of an array one after the other in the background; files in
 * its folder say what happens to them. This file is both what tests use and, run by node, the commands themselves.
 */

const tools = ['sbatch', 'squeue', 'scancel', 'sacct'] as const;

/** A folder with the commands and their state, and what tests do to it. */
export class FakeSlurm {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(join(folder, 'bin'), { recursive: true });
    mkdirSync(join(folder, 'states'));
    for (const tool of tools) {
      const file = join(folder, 'bin', tool);
      const words = [process.execPath, fileURLToPath(import.meta.url), tool].map((word) => `'${word}'`);
      writeFileSync(file, `#!/bin/sh\nFAKE_SLURM='${folder}' exec ${words.join(' ')} "$@"\n`);
      chmodSync(file, 0o755);
    }
  }

  get environment(): { PATH: string } {
    return { PATH: [join(this.folder, 'bin'), process.env.PATH].join(delimiter) };
  }

  /** The first so many attempts at a task end in a state, without having run; VANISHED: Slurm forgets it. */
  fate(task: number, state: string, attempts: number): void {
    writeFileSync(join(this.folder, `fate-${task}`), `${state} ${attempts}`);
  }

  /** A task does not end by itself. */
  hang(task: number): void {
    this.fate(task, 'HANG', 100);
  }

  /** Tasks, called e.g. 1_2, end in a state. */
  end(state: string, ...names: string[]): void {
    for (const name of names) setState(this.folder, name, state);
  }

  /** While it is down, no command gets an answer. */
  down(is: boolean): void {
    if (is) writeFileSync(join(this.folder, 'down'), '');
    else rmSync(join(this.folder, 'down'), { force: true });
  }

  /** What sbatch says and refuses all jobs with; undefined: it takes them. */
  refuse(words: string | undefined): void {
    if (words !== undefined) writeFileSync(join(this.folder, 'refuse'), words);
    else rmSync(join(this.folder, 'refuse'), { force: true });
  }

  /** All calls of a command so far: their arguments. */
  calls(tool: (typeof tools)[number]): string[][] {
    const file = join(this.folder, `${tool}.jsonl`);
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[]);
  }

  /** The --array of every submission. */
  arrays(): string[] {
    return this.calls('sbatch').map((args) => option(args, 'array'));
  }

  states(): string[] {
    return readdirSync(join(this.folder, 'states'))
      .sort()
      .map((name) => `${name} ${stateOf(this.folder, name)}`);
  }
}

function option(args: readonly string[], name: string): string {
  return args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
}

function stateOf(folder: string, name: string): string {
  return readFileSync(join(folder, 'states', name), 'utf8').split(' ')[0]!;
}

function setState(folder: string, name: string, state: string): void {
  writeFileSync(join(folder, 'states', name), state);
}

function indices(array: string): number[] {
  return array
    .replace(/%.*/, '')
    .split(',')
    .flatMap((span) => {
      const [from, to = from] = span.split('-').map(Number) as [number, number?];
      return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
}

function sbatch(folder: string, args: readonly string[]): number {
  const refusal = join(folder, 'refuse');
  if (existsSync(refusal)) {
    process.stderr.write(`sbatch: error: ${readFileSync(refusal, 'utf8')}\n`);
    return 1;
  }
  const job = readdirSync(folder).filter((name) => name.startsWith('job-')).length + 1;
  writeFileSync(join(folder, `job-${job}`), JSON.stringify(args));
  for (const task of indices(option(args, 'array'))) setState(folder, `${job}_${task}`, 'PENDING');
  spawn(process.execPath, [fileURLToPath(import.meta.url), 'run', String(job)], {
    stdio: 'ignore',
    detached: true,
    env: process.env,
  }).unref();
  process.stdout.write(`${job};cluster\n`);
  return 0;
}

/** Runs the tasks of a job. */
function run(folder: string, job: number): void {
  const args = JSON.parse(readFileSync(join(folder, `job-${job}`), 'utf8')) as string[];
  for (const task of indices(option(args, 'array'))) {
    const name = `${job}_${task}`;
    if (stateOf(folder, name) !== 'PENDING') continue;
    const log = option(args, 'output').replaceAll('%a', String(task)).replaceAll('%%', '%');
    const fate = fateOf(folder, task);
    if (fate === 'HANG') {
      setState(folder, name, 'RUNNING');
    } else if (fate === 'VANISHED') {
      rmSync(join(folder, 'states', name));
    } else if (fate !== undefined) {
      appendFileSync(log, `starting\ntask ${task} met its fate: ${fate}\n\n`);
      setState(folder, name, fate);
    } else {
      setState(folder, name, 'RUNNING');
      const output = openSync(log, 'a');
      const environment = { ...process.env, SLURM_ARRAY_TASK_ID: String(task) };
      const { status } = spawnSync('sh', [args.at(-1)!], {
        env: environment,
        stdio: ['ignore', output, output],
      });
      setState(folder, name, status === 0 ? 'COMPLETED' : 'FAILED');
    }
  }
}

function fateOf(folder: string, task: number): string | undefined {
  const file = join(folder, `fate-${task}`);
  if (!existsSync(file)) return undefined;
  const [state, attempts] = readFileSync(file, 'utf8').split(' ') as [string, string];
  if (Number(attempts) === 0) return undefined;
  writeFileSync(file, `${state} ${Number(attempts) - 1}`);
  return state;
}

function named(folder: string, args: readonly string[]): string[] {
  return readdirSync(join(folder, 'states')).filter((state) => {
    const job = JSON.parse(readFileSync(join(folder, `job-${state.split('_')[0]}`), 'utf8')) as string[];
    return option(job, 'job-name') === option(args, 'name');
  });
}

function squeue(folder: string, args: readonly string[]): number {
  if (option(args, 'format') !== '%F|%K|%T|%r') return 2;
  for (const name of named(folder, args)) {
    process.stdout.write(`${name.replace('_', '|')}|${stateOf(folder, name)}|None\n`);
  }
  return 0;
}

function scancel(folder: string, args: readonly string[]): number {
  for (const name of named(folder, args)) {
    if (['PENDING', 'RUNNING'].includes(stateOf(folder, name))) setState(folder, name, 'CANCELLED');
  }
  return 0;
}

function command(tool: string, args: readonly string[], folder: string): number {
  appendFileSync(join(folder, `${tool}.jsonl`), `${JSON.stringify(args)}\n`);
  if (existsSync(join(folder, 'down'))) {
    process.stderr.write(`${tool}: error: Unable to contact slurm controller (connect failure)\n`);
    return 1;
  }
  if (tool === 'sbatch') return sbatch(folder, args);
  if (tool === 'squeue') return squeue(folder, args);
  if (tool === 'scancel') return scancel(folder, args);
  process.stderr.write('Slurm accounting storage is disabled\n');
  return 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , tool, ...args] = process.argv as [string, string, string, ...string[]];
  const folder = process.env.FAKE_SLURM!;
  if (tool === 'run') run(folder, Number(args[0]));
  else process.exitCode = command(tool, args, folder);
}
