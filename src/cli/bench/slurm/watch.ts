import { setTimeout as sleep } from 'node:timers/promises';
import { InterruptedError, messageOf, UserError } from '../../../util/errors.js';
import type { ExecutorHooks } from '../executor.js';
import { shardProgress } from '../shards.js';
import { partFile, ranges, sbatchArguments } from './batch.js';
import { isEnded, type TaskRow } from './output.js';
import { type OpenTask, stateName, verdictsOn } from './retry.js';
import { lastLogLine, type SlurmRun, storeRun } from './run_folder.js';
import { SlurmOutage, type SlurmTools } from './tools.js';

/** How patient a wait is, in ms. */
export interface Patience {
  /** From one look to the next, after so long a wait. */
  interval(waited: number): number;
  /** For the results of a task that has ended, on their way through a shared file system. */
  readonly results: number;
  /** For a Slurm that does not answer. */
  readonly outage: number;
}

/** Short runs are looked at often, long ones spare the controller. */
export const patience: Patience = {
  interval: (waited) => Math.min(15_000, 1000 + waited / 20),
  results: 30_000,
  outage: 3_600_000,
};

type WatchHooks = Pick<ExecutorHooks, 'say' | 'onProgress' | 'onWarning' | 'signal'>;

/** Waits for the tasks of a submitted suite and submits lost ones again. */
export class Watch {
  readonly #folder: string;
  readonly #run: SlurmRun;
  readonly #tools: SlurmTools;
  readonly #hooks: WatchHooks;
  readonly #patience: Patience;
  /** Entries of each task that are in its file; those of finished tasks are not read again. */
  readonly #entries = new Map<number, number>();
  readonly #finished = new Set<number>();
  /** Tasks that are not submitted again, and why. */
  readonly #lost = new Map<number, string>();
  /** Since when an attempt at a task has had its state. */
  readonly #since = new Map<string, number>();
  readonly #warned = new Set<string>();
  #outage: { readonly since: number; told: boolean } | undefined;

  constructor(
    folder: string,
    run: SlurmRun,
    { tools, hooks, patience }: { tools: SlurmTools; hooks: WatchHooks; patience: Patience },
  ) {
    this.#folder = folder;
    this.#run = run;
    this.#tools = tools;
    this.#hooks = hooks;
    this.#patience = patience;
  }

  /** @throws UserError where tasks are lost for good, or Slurm is; InterruptedError when aborted */
  async wait(): Promise<void> {
    const started = performance.now();
    while (true) {
      await this.#readParts();
      const open = this.#openTasks();
      if (open.length === 0) break;
      const rows = await this.#look(open);
      if (rows !== undefined) await this.#judge(open, rows);
      this.#draw(rows ?? []);
      await this.#pause(this.#patience.interval(performance.now() - started));
    }
    if (this.#lost.size > 0) throw await this.#failure();
  }

  #openTasks(): number[] {
    return Array.from({ length: this.#run.tasks }, (_, i) => i + 1).filter(
      (task) => !this.#finished.has(task) && !this.#lost.has(task),
    );
  }

  async #readParts(): Promise<void> {
    for (const task of this.#openTasks()) {
      const { entries, complete } = await shardProgress(partFile(this.#folder, task));
      this.#entries.set(task, entries);
      if (complete) this.#finished.add(task);
    }
  }

  /** What Slurm says of all tasks; undefined while it does not answer. */
  async #look(open: readonly number[]): Promise<TaskRow[] | undefined> {
    try {
      const rows = await this.#tools.queue(this.#run.name, this.#hooks.signal);
      await this.#adopt(rows);
      const forgotten = open.filter((task) => newestRow(rows, task, this.#newestJob(task)) === undefined);
      const jobs = new Set(forgotten.flatMap((task) => this.#newestJob(task) ?? []));
      // The accounting lags: that a task runs it may say long after its end.
      const past = jobs.size === 0 ? [] : await this.#tools.accounting([...jobs], this.#hooks.signal);
      if (this.#outage?.told) this.#hooks.say('Slurm answers again');
      this.#outage = undefined;
      return [...rows, ...past.filter(({ state }) => isEnded(state))];
    } catch (error) {
      if (!(error instanceof SlurmOutage)) throw error;
      this.#endure(error);
      return undefined;
    }
  }

  /** One failure may be chance. @throws UserError after too long a silence */
  #endure(error: SlurmOutage): void {
    const now = performance.now();
    if (this.#outage === undefined) {
      this.#outage = { since: now, told: false };
    } else if (!this.#outage.told) {
      this.#outage.told = true;
      this.#hooks.onWarning?.(`${error.message}; still waiting`);
    }
    if (now - this.#outage.since <= this.#patience.outage) return;
    throw new UserError(
      `${error.message}, for ${Math.round(this.#patience.outage / 60_000)} minutes; approxtorch bench attach ${this.#folder} goes on`,
      { exitCode: error.exitCode, cause: error },
    );
  }

  /** Jobs that Slurm took although sbatch did not hear so, or was killed. */
  async #adopt(rows: readonly TaskRow[]): Promise<void> {
    const unknown = new Set(rows.map(({ job }) => job).filter((job) => !this.#isKnown(job)));
    if (unknown.size === 0) return;
    for (const job of unknown) {
      const tasks = rows.filter((row) => row.job === job).map(({ task }) => task);
      this.#run.jobs.push({ job, tasks: tasks.sort((a, b) => a - b) });
    }
    await storeRun(this.#folder, this.#run);
  }

  #isKnown(job: string): boolean {
    return this.#run.jobs.some((known) => known.job === job);
  }

  #newestJob(task: number): string | undefined {
    return this.#run.jobs.findLast(({ tasks }) => tasks.includes(task))?.job;
  }

  async #judge(tasks: readonly number[], rows: readonly TaskRow[]): Promise<void> {
    const open = tasks.map((task) => this.#describe(task, rows));
    this.#warnOfHeld(tasks, rows);
    const verdicts = verdictsOn(open, this.#patience.results);
    const again = open.filter((_, i) => verdicts[i] === 'retry');
    if (again.length > 0) await this.#retry(again);
    for (const { task, state, attempts } of open.filter((_, i) => verdicts[i] === 'give up')) {
      this.#lost.set(task, `${stateName(state)}${attempts > 1 ? ` ${attempts} times` : ''}`);
      this.#hooks.onWarning?.(`task ${task} is given up: ${this.#lost.get(task)}`);
    }
  }

  #describe(task: number, rows: readonly TaskRow[]): OpenTask {
    const attempts = this.#run.jobs.filter(({ tasks }) => tasks.includes(task)).length;
    const state = newestRow(rows, task, this.#newestJob(task))?.state;
    const key = `${task} ${attempts} ${state}`;
    const now = performance.now();
    const since = this.#since.get(key) ?? now;
    this.#since.set(key, since);
    return { task, attempts, state, since: now - since };
  }

  /** Submits tasks again, as an array of these alone. While Slurm does not answer, the next look tries again. */
  async #retry(lost: readonly OpenTask[]): Promise<void> {
    const tasks = lost.map(({ task }) => task);
    try {
      const { name, settings } = this.#run;
      const job = await this.#tools.submit(sbatchArguments(settings, { name, folder: this.#folder, tasks }));
      this.#run.jobs.push({ job, tasks });
      await storeRun(this.#folder, this.#run);
      for (const { task, state } of lost) {
        this.#hooks.onWarning?.(`task ${task}: ${stateName(state)}; submitted again as job ${job}`);
      }
    } catch (error) {
      if (error instanceof SlurmOutage) return this.#endure(error);
      if (!(error instanceof UserError)) throw error;
      for (const { task, state } of lost) {
        this.#lost.set(task, `${stateName(state)}, then ${messageOf(error)}`);
      }
    }
  }

  /** Somebody must release them. */
  #warnOfHeld(tasks: readonly number[], rows: readonly TaskRow[]): void {
    for (const task of tasks) {
      const row = newestRow(rows, task, this.#newestJob(task));
      if (row === undefined || isEnded(row.state) || !/held/i.test(row.reason)) continue;
      const id = `${row.job}_${task}`;
      if (this.#warned.has(id)) continue;
      this.#warned.add(id);
      this.#hooks.onWarning?.(`task ${id} is held (${row.reason}); scontrol release ${id} lets it start`);
    }
  }

  #draw(rows: readonly TaskRow[]): void {
    const total = this.#run.entries;
    const done = Math.min(
      total - 1,
      [...this.#entries.values()].reduce((sum, entries) => sum + entries, 0),
    );
    const running = rows.filter(({ state }) => state === 'RUNNING').length;
    const waiting = rows.filter(({ state }) => state === 'PENDING');
    const why = waiting.map(({ reason }) => reason).find((reason) => reason !== '' && reason !== 'None');
    const states = [
      ...(running > 0 ? [`${running} running`] : []),
      ...(waiting.length > 0 ? [`${waiting.length} waiting${why === undefined ? '' : ` (${why})`}`] : []),
    ];
    const id = `job ${this.#run.jobs.at(-1)?.job ?? this.#run.name}`;
    this.#hooks.onProgress?.({
      ...{ done, total, id, phase: this.#outage ? 'no answer' : states.join(', ') },
      ...{ images: done, ofImages: total },
    });
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#hooks;
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      if (signal?.aborted) throw new InterruptedError();
      throw error;
    });
  }

  async #failure(): Promise<UserError> {
    const lost = [...this.#lost];
    const told = await Promise.all(
      lost.slice(0, 3).map(async ([task, why]) => {
        const line = await lastLogLine(this.#folder, task);
        return `task ${task} ${why} (${line === undefined ? 'no log' : `log: ${line}`})`;
      }),
    );
    const more = lost.length > 3 ? [`and ${lost.length - 3} more`] : [];
    const which = ranges(lost.map(([task]) => task).sort((a, b) => a - b));
    return new UserError(
      `${lost.length} of ${this.#run.tasks} tasks did not finish (${which}): ${[...told, ...more].join('; ')}; logs and what was computed are in ${this.#folder}, bench --cache ${this.#folder}/cache goes on from there`,
    );
  }
}

/** An attempt that goes on comes before the newest one. */
function newestRow(
  rows: readonly TaskRow[],
  task: number,
  newestJob: string | undefined,
): TaskRow | undefined {
  const own = rows.filter((row) => row.task === task);
  return own.find(({ state }) => !isEnded(state)) ?? own.find(({ job }) => job === newestJob);
}
