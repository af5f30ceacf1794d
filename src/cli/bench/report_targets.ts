import { type BenchReporterName, benchReporters } from '../../report/bench/reporters.js';
import type { BenchReport } from '../../report/bench/results.js';
import { messageOf, UserError } from '../../util/errors.js';
import { writeAtomically } from '../../util/files.js';
import { didYouMean } from '../../util/suggest.js';
import type { ProcessIo } from '../process_io.js';

/** Width of text in a file. */
const plainWidth = 100;

/** Reports that files hold; 'github' has no file of its own. */
const fileKinds = ['text', 'json', 'csv', 'junit', 'markdown', 'html', 'smaller-is-better'] as const;

/** Where one form of the results goes. */
export type ReportTarget =
  | { readonly kind: (typeof fileKinds)[number]; readonly file: string }
  | { readonly kind: 'github' };

/** @throws UserError where a value of --report is no KIND=FILE */
export function reportTargets(values: readonly string[]): ReportTarget[] {
  return values.map((value) => {
    if (value === 'github') return { kind: 'github' };
    const [name, ...rest] = value.split('=');
    const file = rest.join('=');
    const kind = fileKinds.find((known) => known === name);
    const kinds = [...fileKinds, 'github'];
    if (kind === undefined) {
      throw new UserError(
        `--report: '${value}', expected KIND=FILE with one of ${fileKinds.join(', ')}, or github${didYouMean(name ?? '', kinds)}`,
      );
    }
    if (file === '') throw new UserError(`--report: '${value}', expected ${kind}=FILE`);
    return { kind, file };
  });
}

/** The files of targets, for checks before the work begins. */
export function targetFiles(
  targets: readonly ReportTarget[],
  { GITHUB_STEP_SUMMARY: summary }: NodeJS.ProcessEnv,
): Record<string, string> {
  const files = targets.map((target): [string, string | undefined] =>
    'file' in target
      ? [`--report ${target.kind}=${target.file}`, target.file]
      : ['GITHUB_STEP_SUMMARY', summary || undefined],
  );
  return Object.fromEntries(files.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/**
 * Writes every form of the results. Annotations of GitHub go to stdout: its runner reads them there, or on stderr.
 */
export async function writeReports(
  report: BenchReport,
  targets: readonly ReportTarget[],
  { stdout, env }: ProcessIo,
): Promise<void> {
  for (const target of targets) {
    if (target.kind === 'github') {
      stdout.write(await render('github', report));
      if (env.GITHUB_STEP_SUMMARY)
        await appendSummary(env.GITHUB_STEP_SUMMARY, await render('github-summary', report));
    } else {
      await writeAtomically(target.file, await render(target.kind, report));
    }
  }
}

/** Writes the JSON files alone: what there is so far, while the run goes on. */
export async function writeIntermediate(
  report: BenchReport,
  targets: readonly ReportTarget[],
): Promise<void> {
  for (const target of targets) {
    if (target.kind === 'json') await writeAtomically(target.file, await render('json', report));
  }
}

async function render(kind: BenchReporterName, report: BenchReport): Promise<string> {
  return benchReporters[kind](report, { color: false, width: plainWidth });
}

/** Steps of one job share the file. */
async function appendSummary(file: string, text: string): Promise<void> {
  const { appendFile } = await import('node:fs/promises');
  await appendFile(file, `${text}\n`).catch((cause: unknown) => {
    throw new UserError(`${file}: cannot write the job summary: ${messageOf(cause)}`, { cause });
  });
}
