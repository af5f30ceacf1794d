import { renderJson } from '../report/json.js';
import type { TextOptions } from '../report/style.js';
import { writeAtomically } from '../util/files.js';
import type { ProcessIo } from './process_io.js';

/** Width of a text report that does not go to a terminal. */
const plainWidth = 100;

export interface ResultOptions {
  readonly format: 'text' | 'json';
  /** File instead of stdout. */
  readonly output?: string;
  /** false: --no-color. */
  readonly color: boolean;
}

/** Writes a report to stdout or to a file, in the format that was asked for. */
export async function writeResult<Report extends object>(
  report: Report,
  renderText: (report: Report, options: TextOptions) => string,
  options: ResultOptions,
  { stdout, env }: ProcessIo,
): Promise<void> {
  const terminal = options.output === undefined && stdout.isTTY === true;
  const color = options.color && terminal && !env.NO_COLOR && env.TERM !== 'dumb';
  const width = terminal ? (stdout.columns ?? plainWidth) : plainWidth;
  const text = options.format === 'json' ? renderJson(report) : renderText(report, { color, width });
  if (options.output === undefined) stdout.write(text);
  else await writeAtomically(options.output, text);
}
