import { extname } from 'node:path';
import { UserError } from '../../util/errors.js';
import { statInput } from '../../util/files.js';
import { runC } from './c/run_c.js';
import type { DesignOptions } from './design_options.js';
import type { DesignResult } from './design_result.js';
import { readProducts } from './products.js';
import { runVerilog } from './verilog/run_verilog.js';
import { Workspace } from './workspace.js';

interface Language {
  readonly name: string;
  readonly extension: string;
  readonly run: (workspace: Workspace, options: DesignOptions) => Promise<Omit<DesignResult, 'table'>>;
}

const C: Language = { name: 'C', extension: '.c', run: runC };
const VERILOG: Language = { name: 'Verilog', extension: '.v', run: runVerilog };

const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ['.c', C],
  ['.v', VERILOG],
  ['.sv', VERILOG],
]);

/** Whether a file is the source of a design rather than a table. */
export function isDesign(path: string): boolean {
  return LANGUAGES.has(extname(path).toLowerCase());
}

const DEFAULT_TIMEOUT = 60;

/**
 * What a multiplier's own design computes for all operands: a C function, compiled by `cc` (or the program that CC
 * names), or a combinational Verilog module, simulated by Icarus Verilog.
 * @param paths of the sources, all in one language: the one with the multiplier, and what it needs besides
 * @throws UserError for everything that keeps the design from being tabulated; InterruptedError after the signal
 */
export async function runDesign(
  paths: readonly string[],
  options: DesignOptions = {},
): Promise<DesignResult> {
  const { extension, run } = await languageOf(paths);
  const { timeout: seconds = DEFAULT_TIMEOUT, signal } = options;
  if (!(seconds > 0)) throw new UserError(`--timeout ${seconds}: expected a positive number of seconds`);
  return Workspace.use(paths, extension, { seconds, signal }, async (workspace) => {
    const result = await run(workspace, options);
    return {
      ...result,
      table: (activation, weight) => readProducts(result, activation, weight, workspace.place),
    };
  });
}

/** The language of the sources, which their extensions tell. */
async function languageOf(paths: readonly string[]): Promise<Language> {
  const [first, ...others] = await Promise.all(paths.map(checkSource));
  if (first === undefined)
    throw new UserError('no source of a design is given, expected .c, .v or .sv files');
  const other = others.findIndex((language) => language !== first);
  if (other >= 0) {
    throw new UserError(`${paths[0]} is ${first.name}, ${paths[other + 1]} is not; expected one language`);
  }
  return first;
}

async function checkSource(path: string): Promise<Language> {
  const language = LANGUAGES.get(extname(path).toLowerCase());
  if (language === undefined) {
    throw new UserError(`${path}: expected a design in C (.c) or Verilog (.v, .sv), by its extension`);
  }
  if (!(await statInput(path)).isFile()) throw new UserError(`${path}: is not a regular file`);
  return language;
}
