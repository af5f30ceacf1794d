import { findFamily } from '../multiplier/generate/families.js';
import { type GenerateOptions, generateMultiplier } from '../multiplier/generate/generate.js';
import { type MadeTable, reportMadeTable, type TableOutput } from './made_table.js';

/**
 * Makes the table of a family's multiplier.
 * @throws UserError as `generateMultiplier`, and where the file cannot be written
 */
export async function generateTable(
  family: string,
  options: GenerateOptions,
  output: TableOutput,
): Promise<MadeTable> {
  const multiplier = generateMultiplier(family, options);
  const { parameters, source } = findFamily(family);
  const given = Object.fromEntries(
    parameters.map((parameter) => [
      parameter.name,
      options.parameters[parameter.name] ?? (parameter.default as number),
    ]),
  );
  return reportMadeTable(multiplier, output, {
    command: 'lut generate',
    origin: { kind: 'family', family, parameters: given, signMagnitude: options.signMagnitude, source },
    warnings: [],
  });
}
