import { join } from 'node:path';
import { mergeReports } from '../../../bench/merge.js';
import type { GivenSlurm } from '../../../config/suite/suite_schema.js';
import type { BenchReport } from '../../../report/bench/results.js';
import { InterruptedError, messageOf, UserError } from '../../../util/errors.js';
import type { Executor, ExecutorHooks } from '../executor.js';
import { storedShard } from '../shards.js';
import { partFile } from './batch.js';
import type { SlurmRun } from './run_folder.js';
import { submitSuite } from './submit.js';
import { SlurmTools } from './tools.js';
import { type Patience, patience as usual, Watch } from './watch.js';

/**
 * A cluster: the suite as a job array. Aborting cancels it.
 * @param given what the suite says of Slurm
 * @param print tells how to go on with --detach
 */
export function slurmExecutor(
  given: GivenSlurm,
  environment: NodeJS.ProcessEnv,
  print: (text: string) => void,
  patience: Patience = usual,
): Executor {
  return async (work, hooks) => {
    const tools = new SlurmTools(environment);
    const { folder, run } = await submitSuite(work, given, tools);
    const attach = `approxtorch bench attach ${shellWord(folder)}`;
    const job = `job ${run.jobs[0]!.job} with ${run.tasks} ${run.tasks === 1 ? 'task' : 'tasks'}`;
    if (work.flags.detach) {
      print(`Submitted ${job}. To wait for it and report:\n  ${attach}\n`);
      return undefined;
    }
    hooks.say(`submitted ${job}; should this process end, go on with: ${attach}`);
    try {
      return await collectRun(folder, run, { tools, hooks, patience });
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      throw await cancelled(folder, run, tools);
    }
  };
}

/**
 * Waits for a submitted suite and puts its results together.
 * @throws UserError where tasks are lost for good; InterruptedError when aborted, and nothing is cancelled
 */
export async function collectRun(
  folder: string,
  run: SlurmRun,
  { tools, hooks, patience = usual }: { tools: SlurmTools; hooks: ExecutorHooks; patience?: Patience },
): Promise<BenchReport> {
  await new Watch(folder, run, { tools, hooks, patience }).wait();
  const files = Array.from({ length: run.tasks }, (_, i) => partFile(folder, i + 1));
  const shards = await Promise.all(files.map(storedShard));
  const other = shards.find(({ report }) => report.suite.sha256 !== run.suite.sha256);
  if (other !== undefined) {
    throw new UserError(
      `${other.file}: is of another suite than was submitted; ${other.report.suite.file} was changed before the task began, submit it again`,
    );
  }
  const report = mergeReports(shards);
  for (const warning of report.warnings) hooks.onWarning?.(warning);
  return report;
}

async function cancelled(folder: string, run: SlurmRun, tools: SlurmTools): Promise<InterruptedError> {
  const kept = `what was computed is in ${join(folder, 'cache')}, for --cache`;
  try {
    await tools.cancel(run.name);
    return new InterruptedError(`interrupted: the tasks are cancelled; ${kept}`);
  } catch (error) {
    return new InterruptedError(
      `interrupted, but the tasks could not be cancelled: ${messageOf(error)}; scancel --name=${run.name} does it; ${kept}`,
    );
  }
}

/** For a user to copy. */
function shellWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
