import type { DesignOptions } from '../multiplier/build/design_options.js';
import type { DesignResult } from '../multiplier/build/design_result.js';
import { runDesign } from '../multiplier/build/run_design.js';
import { createMultiplier } from '../multiplier/create.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import { OPERAND_PAIRS, type OperandPair, operandTypes } from '../multiplier/operand_pair.js';
import { clearlyBest } from '../multiplier/reading/clearly_best.js';
import { type Candidate, typeCandidate } from '../multiplier/reading/type_candidate.js';
import type { BuiltOrigin } from '../report/lut/made_results.js';
import { UserError } from '../util/errors.js';
import { type MadeTable, reportMadeTable, type TableOutput } from './made_table.js';

export interface BuildSettings extends DesignOptions {
  /** The design, and what it is made of: netlist, cells. */
  readonly sources: readonly string[];
  /** Operand types; 'auto': as the products look, else as declared. */
  readonly types: 'auto' | OperandPair;
}

/** A multiplier that was tabulated from its own source. */
export interface BuiltMultiplier {
  readonly multiplier: Multiplier;
  readonly origin: BuiltOrigin;
  readonly warnings: readonly string[];
}

/**
 * Tabulates a design and writes its table.
 * @throws UserError where the design cannot be run or understood; InterruptedError
 */
export async function buildTable(settings: BuildSettings, output: TableOutput): Promise<MadeTable> {
  const { multiplier, origin, warnings } = await buildMultiplier(settings);
  return reportMadeTable(multiplier, output, { command: 'lut build', origin, warnings });
}

/** @throws as `buildTable` */
export async function buildMultiplier({
  sources,
  types,
  ...options
}: BuildSettings): Promise<BuiltMultiplier> {
  const started = performance.now();
  const design = await runDesign(sources, options);
  const seconds = (performance.now() - started) / 1000;
  const { candidate, how, warnings } = interpretDesign(design, types, sources[0]!);
  const { language, tool, top, operands, swapped, notes } = design;
  return {
    multiplier: candidate.multiplier,
    origin: {
      kind: 'design',
      sources,
      language,
      tool,
      top,
      operands: [operands[0].name, operands[1].name],
      swapped,
      types: how,
      seconds,
    },
    warnings: [...notes, ...warnings],
  };
}

interface Interpretation {
  readonly candidate: Candidate;
  readonly how: BuiltOrigin['types'];
  readonly warnings: readonly string[];
}

/** The design's table for the operand types that are stated, that its products tell, or that it declares. */
function interpretDesign(design: DesignResult, types: 'auto' | OperandPair, file: string): Interpretation {
  const candidates = OPERAND_PAIRS.flatMap((pair) => candidatesOf(design, pair, pair === types)).sort(
    (a, b) => b.correlation - a.correlation,
  );
  const clear = clearlyBest(candidates, design.operands[0].bits);
  if (types !== 'auto') {
    const stated = candidates.find(({ pair }) => pair === types)!;
    const looks = clear === undefined ? '' : `; it looks like ${clear.pair}`;
    const warning = `${file}: as ${types} the products are not close to a·w (r = ${stated.correlation.toFixed(2)})${looks}; check --types`;
    return { candidate: stated, how: 'stated', warnings: clear === stated ? [] : [warning] };
  }
  if (clear !== undefined) {
    return { candidate: clear, how: 'compared', warnings: contradictions(design, clear, file) };
  }
  const [activation, weight] = design.operands;
  const declared = candidates.find(({ multiplier }) => {
    const signed = [multiplier.activation === 'int8', multiplier.weight === 'int8'];
    return signed[0] === activation.signed && signed[1] === weight.signed;
  });
  if (declared === undefined) {
    const [closest] = candidates;
    const nearest =
      closest === undefined ? '' : ` (closest: ${closest.pair}, r = ${closest.correlation.toFixed(2)})`;
    throw new UserError(
      `${file}: cannot tell the operand types: ${design.top} is no clear product${nearest}, and its source does not declare them; state them with --types int8, uint8, int8xuint8 or uint8xint8`,
    );
  }
  const warning = `${file}: ${design.top} is no clear product; its operands were taken as declared, ${declared.pair}: confirm with --types`;
  return { candidate: declared, how: 'declared', warnings: [warning] };
}

/** The design as a multiplier of these types; none where a product is no int32, unless the types are required. */
function candidatesOf(design: DesignResult, pair: OperandPair, required: boolean): Candidate[] {
  try {
    return [typeCandidate(pair, designMultiplier(design, pair))];
  } catch (error) {
    if (required || !(error instanceof UserError)) throw error;
    return [];
  }
}

function designMultiplier(design: DesignResult, pair: OperandPair): Multiplier {
  const { activation, weight } = operandTypes(pair);
  const table = design.table(activation, weight);
  return createMultiplier(design.top, activation, weight, design.operands[0].bits, table);
}

/** Says where an operand is declared signed and the products are those of an unsigned one. */
function contradictions({ operands, top }: DesignResult, { pair }: Candidate, file: string): string[] {
  const types = operandTypes(pair);
  return operands.flatMap(({ name, signed }, axis) => {
    const type = axis === 0 ? types.activation : types.weight;
    return signed === true && type === 'uint8'
      ? [`${file}: ${top} declares ${name} as signed, but computes the products of an unsigned operand`]
      : [];
  });
}
