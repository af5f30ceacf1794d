import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { UserError } from '../../../util/errors.js';
import type { ChildEnd } from '../child.js';
import type { Workspace } from '../workspace.js';
import { HEADER, VISIT } from './harness.js';

export interface IntegerType {
  readonly bits: number;
  readonly signed: boolean;
  /** False for floats and booleans; then the others mean nothing. */
  readonly integer: boolean;
}

/** Types of the parameters, as declared, and of the result: what typedefs stand for only the compiler knows. */
export interface ResultTypes {
  readonly first: IntegerType;
  readonly second: IntegerType;
  readonly result: IntegerType;
}

interface Header {
  readonly types: ResultTypes;
  readonly visit: number;
  readonly pair: number;
}

/**
 * Runs the program over all pairs.
 * @param call spells the call of a pair for messages
 * @throws UserError where it crashes, does not come to an end, or the second visit of a pair gives another value
 */
export async function execute(
  workspace: Workspace,
  place: string,
  call: (pair: number, types: ResultTypes) => string,
): Promise<{ readonly types: ResultTypes; readonly values: BigInt64Array }> {
  const file = workspace.name('results');
  const program = { program: workspace.path(workspace.name('program')) };
  const progress = () => {
    const { visit, pair } = readHeader(workspace.path(file));
    return visit * 2 ** 32 + pair;
  };
  const end = await workspace.run(program, [], { progress });
  const { visit, pair, types } = readHeader(workspace.path(file));
  if (visit === VISIT.done) {
    const bytes = new Uint8Array(await workspace.read(file));
    return { types, values: new BigInt64Array(bytes.buffer).slice(HEADER.length) };
  }
  const reached = visit === VISIT.none ? 'the program' : call(pair, types);
  if (visit === VISIT.differs) {
    throw new UserError(
      `${place}: ${reached} returns another value when called again: it has a memory or uses something uninitialised, expected a function of its parameters alone`,
    );
  }
  if (end.stopped === 'stalled') {
    throw new UserError(`${place}: ${reached} does not return; is there an endless loop?`);
  }
  if (end.stopped === 'timeout') {
    throw new UserError(
      `${place}: not all operands were done within ${workspace.seconds} s, reached ${reached}; allow more with --timeout`,
    );
  }
  throw new UserError(`${place}: ${reached} ${fate(end)}`);
}

function fate({ code, signal }: ChildEnd): string {
  const names: Readonly<Record<string, string>> = {
    SIGSEGV: 'an invalid memory access',
    SIGBUS: 'an invalid memory access',
    SIGFPE: 'a division by zero',
    SIGABRT: 'abort()',
    SIGILL: 'an illegal instruction',
  };
  if (signal === null) return `ended the program with exit code ${code}`;
  return `crashed: ${signal}${names[signal] === undefined ? '' : `, ${names[signal]}`}`;
}

/** The header as it stands; all zero where the program has not come to it. */
function readHeader(path: string): Header {
  const header = new BigInt64Array(HEADER.length);
  const file = existsSync(path) ? openSync(path, 'r') : undefined;
  if (file !== undefined) {
    readSync(file, header, 0, header.byteLength, 0);
    closeSync(file);
  }
  const [first, second, result] = [0, 1, 2].map((i): IntegerType => {
    const [bits, signed, integer] = header.subarray(HEADER.types + 3 * i);
    return { bits: Number(bits), signed: signed !== 0n, integer: integer !== 0n };
  });
  return {
    types: { first: first!, second: second!, result: result! },
    visit: Number(header[HEADER.visit]),
    pair: Number(header[HEADER.pair]),
  };
}
