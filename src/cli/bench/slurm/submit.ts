import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expandSuite } from '../../../bench/suite/expand.js';
import { loadSuite } from '../../../config/suite/load_suite.js';
import type { GivenSlurm } from '../../../config/suite/suite_schema.js';
import { messageOf, UserError } from '../../../util/errors.js';
import { writeAtomically } from '../../../util/files.js';
import { packagePath } from '../../../util/paths.js';
import type { Work } from '../executor.js';
import { shardOptions } from '../shards.js';
import { suiteFile } from '../suite_file.js';
import { batchScript, sbatchArguments, scriptFile } from './batch.js';
import { isRunFolder, runFile, type SlurmRun, storeRun } from './run_folder.js';
import { slurmSettings, taskCount } from './settings.js';
import { SlurmOutage, type SlurmTools } from './tools.js';

/**
 * Writes the script and run.json into a folder and submits all tasks of a suite.
 * @param given what the suite says of Slurm
 * @returns the folder, as an absolute path, and the run
 * @throws UserError where the folder cannot be used, or sbatch refuses
 */
export async function submitSuite(
  { settings, file, flags }: Work,
  given: GivenSlurm,
  tools: SlurmTools,
): Promise<{ folder: string; run: SlurmRun }> {
  const entries = expandSuite(settings.suite).length;
  const tasks = taskCount(flags, given, entries);
  const slurm = slurmSettings(flags, given);
  const id = runId();
  const folder = resolve(flags.slurmDir ?? join('.approxtorch', `slurm-${id}`));
  if (await isRunFolder(folder)) {
    throw new UserError(
      `--slurm-dir: ${folder} holds a submitted suite; bench attach waits for it, or name another folder`,
    );
  }
  const name = `approxtorch-${id}`;
  const all = Array.from({ length: tasks }, (_, i) => i + 1);
  const args = sbatchArguments(slurm, { name, folder, tasks: all });
  const made = await makeFolder(folder);
  const suite = await suiteFile(file, flags, folder);
  const script = batchScript({
    cwd: process.cwd(),
    head: [process.execPath, packagePath('bin', 'approxtorch.js'), 'bench', suite],
    options: shardOptions(
      {
        threads: flags.threads === undefined ? slurm.cpus : settings.threads,
        cache: settings.cache ?? join(folder, 'cache'),
        baseline: settings.baseline,
      },
      flags,
      flags.device,
    ),
    count: tasks,
    folder,
  });
  await writeAtomically(scriptFile(folder), script);
  const { sha256 } = file === undefined ? await loadSuite(suite) : settings.suite;
  const run: SlurmRun = {
    schemaVersion: 1,
    suite: { name: settings.suite.name, sha256 },
    entries,
    tasks,
    name,
    settings: slurm,
    jobs: [],
    updateBaseline: flags.updateBaseline ? resolve(flags.baseline!) : null,
  };
  // Before the job: whoever finds the folder finds the job by its name.
  await storeRun(folder, run);
  run.jobs.push({ job: await submitFirst(tools, args, folder, made), tasks: all });
  await storeRun(folder, run);
  return { folder, run };
}

/** Time and chance: unique on a cluster, and in order in a listing. */
function runId(): string {
  const time = new Date()
    .toISOString()
    .replace(/[-:]|\..*/g, '')
    .replace('T', '-');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** @returns the outermost folder that had to be made; undefined: it was there */
async function makeFolder(folder: string): Promise<string | undefined> {
  return mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new UserError(`--slurm-dir: ${folder} cannot be made: ${messageOf(cause)}`, { cause });
  });
}

/** A job that is refused leaves nothing behind. One that Slurm may have taken can be waited for. */
async function submitFirst(
  tools: SlurmTools,
  args: readonly string[],
  folder: string,
  made: string | undefined,
): Promise<string> {
  try {
    return await tools.submit(args);
  } catch (error) {
    if (error instanceof SlurmOutage) {
      throw new UserError(`${error.message}; once it does, approxtorch bench attach ${folder} goes on`, {
        exitCode: error.exitCode,
        cause: error,
      });
    }
    await rm(made ?? runFile(folder), { recursive: true, force: true });
    throw error;
  }
}
