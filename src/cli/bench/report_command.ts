import { type Command, Option } from 'commander';
import { UserError } from '../../util/errors.js';
import type { CommandContext } from '../command_context.js';
import { collect } from '../option_groups.js';
import { addReportOptions, type ReportFlags } from '../report_options.js';

/** Forms that have a flag of their own. */
const kinds = ['html', 'markdown', 'json', 'csv', 'junit', 'smaller-is-better'] as const;

type Flags = ReportFlags & { readonly report?: readonly string[]; readonly github?: boolean };

/** `approxtorch report` */
export function defineReport(command: Command, { io }: CommandContext): void {
  command
    .description('Prints stored results of bench in other forms.')
    .argument('<results.json>', 'what bench wrote with --format json or --report json=FILE');
  for (const kind of kinds) command.addOption(new Option(`--${kind} <file>`, `write ${kind} to a file`));
  command
    .option('--github', 'annotations on stdout and the job summary of GitHub Actions')
    .option('--report <kind=file>', 'as in bench; may be repeated', collect);
  addReportOptions(command);
  command.action(async (file: string, flags: Flags) => {
    const { reportTargets, targetFiles, writeReports } = await import('./report_targets.js');
    const named = kinds.flatMap((kind) => {
      const target = command.getOptionValue(new Option(`--${kind} <file>`).attributeName()) as
        | string
        | undefined;
      return target === undefined ? [] : [`${kind}=${target}`];
    });
    const targets = reportTargets([...(flags.report ?? []), ...named, ...(flags.github ? ['github'] : [])]);
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '--output': flags.output, ...targetFiles(targets, io.env) }, [file]);
    const { loadBenchReport } = await import('../../bench/read_report.js');
    const report = await loadBenchReport(file);
    await writeReports(report, targets, io);
    // Whoever writes files wants no copy on the terminal.
    if (targets.length > 0 && flags.output === undefined) return;
    const { renderBenchText } = await import('../../report/bench/bench_text.js');
    const { writeResult } = await import('../result.js');
    await writeResult(report, renderBenchText, flags, io);
  });
}

/** `approxtorch merge` */
export function defineMerge(command: Command, context: CommandContext): void {
  const { io } = context;
  command
    .description('Puts the results of the shards of a suite together (bench --shard i/n).')
    .argument('<results.json...>', 'one file for each shard, in any order');
  addReportOptions(command).option('--report <kind=file>', 'as in bench; may be repeated', collect);
  command.addHelpText('after', '\nExit codes as of bench: 1 where a gate failed or an entry did.');
  command.action(async (files: string[], flags: Flags) => {
    const { reportTargets, targetFiles, writeReports } = await import('./report_targets.js');
    const targets = reportTargets(flags.report ?? []);
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '--output': flags.output, ...targetFiles(targets, io.env) }, files);
    if (new Set(files).size < files.length)
      throw new UserError('merge: a file is named twice; name each shard once');
    const { loadBenchReport } = await import('../../bench/read_report.js');
    const { mergeReports } = await import('../../bench/merge.js');
    const stored = await Promise.all(
      files.map(async (file) => ({ file, report: await loadBenchReport(file) })),
    );
    const report = mergeReports(stored);
    const { exitCodeOf } = await import('./deliver.js');
    context.exitCode = exitCodeOf(report);
    const toStdout = flags.format === 'json' && flags.output === undefined;
    await writeReports(report, targets, toStdout ? { ...io, stdout: io.stderr } : io);
    const { renderBenchText } = await import('../../report/bench/bench_text.js');
    const { writeResult } = await import('../result.js');
    await writeResult(report, renderBenchText, flags, io);
  });
}
