import { UserError } from '../../../util/errors.js';
import type { DesignOptions } from '../design_options.js';
import type { DesignOperand, DesignResult } from '../design_result.js';
import { pairAt, valueGrid } from '../grid.js';
import { orderOperands } from '../operands.js';
import type { Workspace } from '../workspace.js';
import { compile } from './compile.js';
import { execute, type IntegerType, type ResultTypes } from './execute.js';
import { findMultiplier, operandWidth } from './find.js';

/**
 * Compiles a C function with two integer parameters and runs it for all operands.
 * @throws UserError where there is no such function, or it does not compile, crashes, does not return or has a memory;
 *   InterruptedError
 */
export async function runC(
  workspace: Workspace,
  options: DesignOptions,
): Promise<Omit<DesignResult, 'table'>> {
  const compiler = { program: process.env.CC || 'cc', debianPackage: 'gcc' };
  const multiplier = await findMultiplier(workspace, compiler, options.top);
  const { name, operands, source } = multiplier;
  const place = source.path;
  const [first, second] = operands;
  const { swapped, notes } = orderOperands([first.name, second.name], options.operands, place);
  const width = operandWidth(name, options.bits, place);
  const grid = valueGrid(width.bits);

  await compile(workspace, compiler, multiplier, swapped, grid);
  const call = (index: number, types: ResultTypes) => {
    const pair = pairAt(grid, index);
    const [a, b] = swapped ? [pair[1], pair[0]] : pair;
    return `${name}(${first.name} = ${converted(a, types.first)}, ${second.name} = ${converted(b, types.second)})`;
  };
  const { types, values } = await execute(workspace, place, call);
  const declared = [
    operand(first.name, types.first, width.bits, place),
    operand(second.name, types.second, width.bits, place),
  ] as const;
  const { result } = types;
  if (!result.integer || result.bits > 64) {
    throw new UserError(`${place}: ${name} returns no integer of at most 64 bits, expected the product`);
  }
  const version = await workspace.run(compiler, ['--version']);
  return {
    language: 'c',
    tool: version.stdout.split('\n')[0]!,
    top: name,
    operands: swapped ? [declared[1], declared[0]] : declared,
    result: { bits: result.bits, signed: result.signed },
    swapped,
    notes: [...notes, ...width.notes],
    values,
    grid,
  };
}

/** The value that a parameter of the type has when it is given this one. */
function converted(value: number, { bits, signed }: IntegerType): bigint {
  return signed ? BigInt.asIntN(bits, BigInt(value)) : BigInt.asUintN(bits, BigInt(value));
}

/** @throws UserError where the type cannot hold the operand */
function operand(name: string, type: IntegerType, bits: number, place: string): DesignOperand {
  if (!type.integer || type.bits < bits) {
    const is = type.integer ? `an integer of ${type.bits} bits` : 'no integer';
    throw new UserError(`${place}: the parameter ${name} is ${is}, expected one of at least ${bits} bits`);
  }
  return { name, bits, signed: type.signed && type.bits > bits ? undefined : type.signed };
}
