import { printable } from '../report/printable.js';
import type { Output } from './process_io.js';
import type { ProgressLine } from './progress.js';

/** Says things on stderr, a line each, between the drawings of the progress; nothing where `quiet`. */
export function speaker(stderr: Output, progress: ProgressLine, quiet: boolean): (message: string) => void {
  return (message) => {
    progress.clear();
    if (!quiet) stderr.write(`approxtorch: ${printable(message)}\n`);
  };
}
