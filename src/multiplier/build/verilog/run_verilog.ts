import { UserError } from '../../../util/errors.js';
import type { DesignOptions } from '../design_options.js';
import type { DesignOperand, DesignResult } from '../design_result.js';
import { patternGrid } from '../grid.js';
import { checkOperandBits, orderOperands } from '../operands.js';
import type { Workspace } from '../workspace.js';
import { findMultiplier } from './find.js';
import { readOutputs } from './outputs.js';
import type { VerilogPort } from './ports.js';
import { IVERILOG, preprocess, type SimulationEnd, simulate } from './simulate.js';

/**
 * Simulates a combinational Verilog module with two inputs and an output for all bit patterns of its inputs.
 * @throws UserError where there is no such module, or it does not compile, has a clock, a memory or a loop, or leaves
 *   its output undefined; InterruptedError
 */
export async function runVerilog(
  workspace: Workspace,
  options: DesignOptions,
): Promise<Omit<DesignResult, 'table'>> {
  const { name, inputs, output } = await findMultiplier(await preprocess(workspace), options.top, workspace);
  const place = `${workspace.place}: ${name}`;
  const [first, second] = inputs;
  const { swapped, notes } = orderOperands([first.name, second.name], options.operands, place);
  const [activation, weight] = swapped ? [second, first] : [first, second];
  const ports = { activation: activation.name, weight: weight.name, output: output.name };

  const simulation = await simulate(workspace, name, ports);
  const widths = checkWidths(simulation, [activation, weight, output], options.bits, place);
  const bits = widths.activation;
  const grid = patternGrid(bits);
  const values = readOutputs(simulation, grid, ports, workspace.seconds, place);
  const operand = ({ name, signed }: VerilogPort): DesignOperand => ({
    name,
    bits,
    signed: signed ? true : undefined,
  });
  const version = await workspace.run(IVERILOG, ['-V']);
  return {
    language: 'verilog',
    tool: version.stdout.split('\n')[0]!.replace(/ \(\)$/, ''),
    top: name,
    operands: [operand(activation), operand(weight)],
    result: { name: output.name, bits: widths.output, signed: output.signed },
    swapped,
    notes,
    values,
    grid,
  };
}

const MOST_OUTPUT_BITS = 64;

/** @throws UserError where the widths of the ports are none of a multiplier, or not as stated */
function checkWidths(
  { widths, timedOut, stalled }: SimulationEnd,
  [activation, weight, output]: readonly [VerilogPort, VerilogPort, VerilogPort],
  stated: number | undefined,
  place: string,
): NonNullable<SimulationEnd['widths']> {
  if (widths === undefined) {
    const why = stalled || timedOut ? 'makes no progress' : 'ends';
    throw new UserError(`${place}: the simulation ${why} before any operand is applied`);
  }
  if (widths.activation !== widths.weight) {
    throw new UserError(
      `${place}: ${activation.name} has ${widths.activation} bits and ${weight.name} has ${widths.weight}, expected the same width`,
    );
  }
  checkOperandBits(widths.activation, place, `width of ${activation.name} and ${weight.name}`);
  if (stated !== undefined && stated !== widths.activation) {
    throw new UserError(
      `${place}: ${activation.name} and ${weight.name} have ${widths.activation} bits, --bits says ${stated}`,
    );
  }
  if (widths.output > MOST_OUTPUT_BITS) {
    throw new UserError(
      `${place}: ${output.name} has ${widths.output} bits, expected ${MOST_OUTPUT_BITS} at most`,
    );
  }
  return widths;
}
