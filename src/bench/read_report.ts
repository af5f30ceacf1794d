import { parseJsonFile } from '../quant/json_file.js';
import type { BenchReport } from '../report/bench/results.js';
import { UserError } from '../util/errors.js';
import { readInput, statInput } from '../util/files.js';
import { contradictionIn } from './report_checks.js';
import { benchReportSchema } from './report_schema.js';

/** A thousand entries on ten thousand samples have about a tenth of this. */
const MAX_BYTES = 256 * 2 ** 20;

const KIND = {
  what: 'the report of a benchmark',
  remedy: 'write it with approxtorch bench --report json=FILE',
};

/**
 * A stored report of a benchmark, as JSON in UTF-8; fields that this version does not know are left out.
 * @param file for messages.
 * @throws UserError in one line, naming file and field, for everything else, and where fields contradict each other.
 */
export function readBenchReport(bytes: Uint8Array, file: string): BenchReport {
  expectSize(bytes.length, file);
  const report = parseJsonFile(decode(bytes, file), file, benchReportSchema, KIND);
  const contradiction = contradictionIn(report);
  if (contradiction === undefined) return report;
  const { field, reason } = contradiction;
  throw new UserError(`${file}: not ${KIND.what}: '${field}': ${reason}; ${KIND.remedy}`);
}

/** `readBenchReport` of a file; a UserError too where it cannot be read. */
export async function loadBenchReport(file: string): Promise<BenchReport> {
  expectSize((await statInput(file)).size, file);
  return readBenchReport(await readInput(file), file);
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UserError(`${file}: not text in UTF-8; ${KIND.remedy}`, { cause: error });
  }
}

function expectSize(size: number, file: string): void {
  if (size <= MAX_BYTES) return;
  throw new UserError(`${file}: has ${size} bytes, expected ${KIND.what} (${MAX_BYTES} bytes at most)`);
}
