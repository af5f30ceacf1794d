import { UserError } from '../../../util/errors.js';
import { chooseTop, type Definition } from '../choose_top.js';
import { checkOperandBits } from '../operands.js';
import type { Source, Tool, Workspace } from '../workspace.js';
import { compilerError } from './diagnostics.js';
import { type CFunction, type CParameter, findFunctions } from './functions.js';

interface DefinedFunction extends CFunction, Definition {
  readonly source: Source;
}

/** A function of two integers that returns one. */
export interface CMultiplier {
  readonly name: string;
  readonly operands: readonly [CParameter, CParameter];
  readonly source: Source;
}

/**
 * The multiplier among the functions that the preprocessed sources define.
 * @throws UserError where it is unclear or has other parameters, or the preprocessor fails
 */
export async function findMultiplier(
  workspace: Workspace,
  compiler: Tool,
  top: string | undefined,
): Promise<CMultiplier> {
  const functions: DefinedFunction[] = [];
  for (const [i, source] of workspace.sources.entries()) {
    const output = workspace.name(`preprocessed${i}`);
    const args = ['-E', '-iquote', source.folder, source.link, '-o', output];
    const end = await workspace.run(compiler, args, { writes: workspace.path(output) });
    if (end.code !== 0) throw compilerError(workspace, compiler.program, end);
    for (const found of findFunctions((await workspace.read(output)).toString('utf8'))) {
      const fits = found.operands !== undefined;
      if (found.name !== 'main') functions.push({ ...found, eligible: fits, sole: fits, source });
    }
  }
  const paths = workspace.sources.map(({ path }) => path);
  const chosen = chooseTop(functions, top, paths, {
    kind: 'function',
    wanted: 'function of two integers that returns one',
    place: workspace.place,
  });
  const { operands } = chosen;
  if (operands === undefined) {
    throw new UserError(
      `${chosen.source.path}: ${chosen.name}(${chosen.declaration.slice(0, 80)}) is no multiplier, expected two integers as parameters and one as result`,
    );
  }
  return { name: chosen.name, operands, source: chosen.source };
}

/**
 * C says nothing of widths below those of its types; circuits of EvoApproxLib bear it in their name.
 * @throws UserError where it is not 2..8
 */
export function operandWidth(
  name: string,
  stated: number | undefined,
  place: string,
): { readonly bits: number; readonly notes: readonly string[] } {
  if (stated !== undefined) {
    checkOperandBits(stated, place, '--bits');
    return { bits: stated, notes: [] };
  }
  const named = /^mul(\d+)[su](?![a-zA-Z0-9])/.exec(name)?.[1];
  if (named === undefined) return { bits: 8, notes: [] };
  const bits = Number(named);
  checkOperandBits(bits, place, `from the name ${name}; --bits says otherwise`);
  return {
    bits,
    notes:
      bits === 8
        ? []
        : [`${place}: operands have ${bits} bits, from the name ${name}; --bits says otherwise`],
  };
}
