import { type Command, Option } from 'commander';

/** Flags of the commands that print a report beside what they write. */
export interface FormatFlags {
  readonly format: 'text' | 'json';
  readonly color: boolean;
}

/** Flags of the commands that only print a report. */
export interface ReportFlags extends FormatFlags {
  readonly output?: string;
}

export function addFormatOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'of the report').choices(['text', 'json']).default('text'))
    .option('--no-color', 'plain text');
}

export function addReportOptions(command: Command): Command {
  return addFormatOptions(command).option(
    '-o, --output <file>',
    'write the report to a file instead of stdout',
  );
}
