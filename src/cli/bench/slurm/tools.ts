import { runChild } from '../../../multiplier/build/child.js';
import { EXIT, InterruptedError, messageOf, UserError } from '../../../util/errors.js';
import {
  accountingFormat,
  complaint,
  isOutage,
  isUnconfigured,
  parseAccounting,
  parseQueue,
  parseSubmission,
  queueFormat,
  type TaskRow,
} from './output.js';

/** Slurm's own patience with a controller that does not answer is shorter, in ms. */
const commandLimit = 120_000;

/** Slurm does not answer; it may later. */
export class SlurmOutage extends UserError {
  constructor(tool: string, why: string) {
    super(`${tool}: Slurm does not answer: ${why}`, { exitCode: EXIT.unavailable });
    this.name = 'SlurmOutage';
  }
}

/** The commands of Slurm. Jobs are found by a name that no others have, also those whose number was never learnt. */
export class SlurmTools {
  readonly #environment: NodeJS.ProcessEnv;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  /**
   * @param args of sbatch
   * @returns the job's number
   * @throws SlurmOutage where Slurm does not answer (it may have taken the job), another UserError where it refuses
   */
  async submit(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#run('sbatch', args);
    const job = parseSubmission(stdout);
    if (code === 0 && job !== undefined) return job;
    if (isUnconfigured(stderr)) {
      throw new UserError(`sbatch: this machine has no configuration of a cluster: ${complaint(stderr)}`, {
        exitCode: EXIT.unavailable,
      });
    }
    if (isOutage(stderr)) throw new SlurmOutage('sbatch', complaint(stderr));
    throw new UserError(`sbatch refused the job: ${complaint(stderr)}`);
  }

  /** Tasks that Slurm knows, those that ended some minutes ago among them. @throws SlurmOutage; InterruptedError */
  async queue(name: string, signal?: AbortSignal): Promise<TaskRow[]> {
    const args = ['--noheader', '--array', '--states=all', ...ownJobs(name), `--format=${queueFormat}`];
    const { code, stdout, stderr } = await this.#run('squeue', args, signal);
    if (code !== 0) throw new SlurmOutage('squeue', complaint(stderr));
    return parseQueue(stdout);
  }

  /** Tasks that the accounting remembers; none where a cluster has no accounting. @throws InterruptedError */
  async accounting(jobs: readonly string[], signal?: AbortSignal): Promise<TaskRow[]> {
    const args = ['--noheader', '--parsable2', '--allocations', `--jobs=${jobs.join(',')}`];
    try {
      const { code, stdout } = await this.#run('sacct', [...args, `--format=${accountingFormat}`], signal);
      return code === 0 ? parseAccounting(stdout) : [];
    } catch (error) {
      if (error instanceof UserError && !(error instanceof InterruptedError)) return [];
      throw error;
    }
  }

  /** @throws UserError where Slurm does not do it */
  async cancel(name: string): Promise<void> {
    const { code, stderr } = await this.#run('scancel', ownJobs(name));
    if (code !== 0) throw new UserError(complaint(stderr));
  }

  async #run(tool: string, args: readonly string[], signal?: AbortSignal) {
    try {
      return await runChild(tool, args, {
        cwd: process.cwd(),
        environment: { ...this.#environment, ...unset(this.#environment), LC_ALL: 'C' },
        milliseconds: commandLimit,
        signal,
      });
    } catch (error) {
      if (error instanceof InterruptedError) throw error;
      // e.g. no process more on a busy login node
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new SlurmOutage(tool, messageOf(error));
      throw new UserError(
        `${tool}: not found; --executor slurm runs on a machine with Slurm's commands (Debian and Ubuntu: package slurm-client) and the configuration of the cluster`,
        { exitCode: EXIT.unavailable, cause: error },
      );
    }
  }
}

function ownJobs(name: string): string[] {
  return [`--name=${name}`, `--user=${process.getuid?.() ?? 0}`];
}

/** Variables that would narrow what is shown or cancelled. */
function unset(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = Object.keys(environment).filter((key) => /^(SQUEUE|SACCT|SCANCEL)_/.test(key));
  return Object.fromEntries(names.map((key) => [key, undefined]));
}
