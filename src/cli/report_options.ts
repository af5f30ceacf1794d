import { type Command, Option } from 'commander';

/** Flags of the commands that only print a report. */
export interface ReportFlags {
  readonly format: 'text' | 'json';
  readonly output?: string;
  readonly color: boolean;
}

export function addReportOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'of the report').choices(['text', 'json']).default('text'))
    .option('-o, --output <file>', 'write the report to a file instead of stdout')
    .option('--no-color', 'plain text');
}
