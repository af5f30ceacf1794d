import { type Command, Option } from 'commander';
import { families } from '../../multiplier/generate/families.js';
import type { Family, Parameter } from '../../multiplier/generate/family.js';
import { OPERAND_PAIRS, type OperandPair, operandTypes } from '../../multiplier/operand_pair.js';
import { addCommands } from '../add_commands.js';
import type { CommandContext } from '../command_context.js';
import { addMadeTableOptions, type MadeTableFlags, writeMadeTable } from './made_table.js';

interface GenerateFlags extends MadeTableFlags {
  readonly types: OperandPair;
  readonly bits: string;
  readonly signMagnitude?: boolean;
  /** Parameters of the family, by their attribute names. */
  readonly [parameter: string]: unknown;
}

/** `approxtorch lut generate` */
export async function defineGenerate(command: Command, context: CommandContext): Promise<void> {
  command
    .description('Makes the table of an approximate multiplier from the literature.')
    .usage('<family> [options]')
    .helpCommand(false)
    .addHelpText('after', notes);
  const entries = families.map((family) => ({
    name: family.name,
    description: family.about,
    load: async () => (subcommand: Command) => defineFamily(subcommand, family, context),
  }));
  await addCommands(command, entries, context);
}

function defineFamily(command: Command, family: Family, { io }: CommandContext): void {
  const { name, about, source, parameters, operands } = family;
  command.description(`${about[0]!.toUpperCase()}${about.slice(1)}.\n${source}.`);
  for (const parameter of parameters) command.addOption(parameterOption(parameter));
  command
    .addOption(
      new Option('--types <types>', 'operands, activation x weight')
        .choices(OPERAND_PAIRS)
        .default(operands === 'any' ? 'int8' : 'uint8'),
    )
    .option('--bits <b>', 'width of the operands, 2 to 8', '8')
    .option('--sign-magnitude', 'multiply magnitudes and restore the sign; for signed operands');
  addMadeTableOptions(command);
  command.action(async (flags: GenerateFlags) => {
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '--output': flags.output }, []);
    const { generateTable } = await import('../../lut/generate.js');
    const { types, bits, signMagnitude = false, output, to } = flags;
    const given = parameters.map((parameter) => {
      const value = command.getOptionValue(attributeOf(parameter)) as string | undefined;
      return [parameter.name, value === undefined ? undefined : numberOf(value)] as const;
    });
    const made = await generateTable(
      name,
      { ...operandTypes(types), bits: numberOf(bits), signMagnitude, parameters: Object.fromEntries(given) },
      { output, to },
    );
    await writeMadeTable(made, flags, io);
  });
}

function parameterOption({ name, about, kind, least, most, default: fallback }: Parameter): Option {
  const range = kind === 'integer' ? `${least} to ${most(8)}` : `from ${least}`;
  const otherwise = fallback === undefined ? '' : ` (default: ${fallback})`;
  return new Option(`--${name} <n>`, `${about}; ${range}${otherwise}`);
}

function attributeOf(parameter: Parameter): string {
  return new Option(`--${parameter.name} <n>`).attributeName();
}

/** NaN where the text is no number: the family refuses it by name. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

const notes = `
Each family has parameters of its own: approxtorch lut generate <family> --help.

Examples:
  approxtorch lut generate drum --k 4 -o drum4.txt
  approxtorch lut generate broken-array --vertical-break 7 --types int8 --sign-magnitude -o bam7.txt
  approxtorch lut generate perforated --rows 2 --types uint8 --bits 6 > pp2.txt`;
