import type { Command } from 'commander';
import { addCommands } from '../add_commands.js';
import type { CommandContext, CommandEntry } from '../command_context.js';

/** What can be done with multiplier tables, in the order of the help. */
const entries: readonly CommandEntry[] = [
  {
    name: 'info',
    description: 'how a table is read, what it is, and its error metrics',
    load: async () => (await import('./info_command.js')).defineInfo,
  },
  {
    name: 'convert',
    description: 'rewrite a table in another format',
    load: async () => (await import('./convert_command.js')).defineConvert,
  },
  {
    name: 'build',
    description: 'tabulate a design in C or Verilog',
    load: async () => (await import('./build_command.js')).defineBuild,
  },
  {
    name: 'verify',
    description: 'check a table against its design',
    load: async () => (await import('./verify_command.js')).defineVerify,
  },
  {
    name: 'generate',
    description: 'a table of a multiplier from the literature',
    load: async () => (await import('./generate_command.js')).defineGenerate,
  },
  {
    name: 'gradient',
    description: 'the gradient tables that finetune takes',
    load: async () => (await import('./gradient_command.js')).defineGradient,
  },
  {
    name: 'diff',
    description: 'compare two tables, and name classic mistakes',
    load: async () => (await import('./diff_command.js')).defineDiff,
  },
  {
    name: 'plot',
    description: 'a picture of the errors: SVG, PNG or a page',
    load: async () => (await import('./plot_command.js')).definePlot,
  },
  {
    name: 'gallery',
    description: 'a page on a whole folder of tables',
    load: async () => (await import('./gallery_command.js')).defineGallery,
  },
];

/** `approxtorch lut` */
export async function defineLut(command: Command, context: CommandContext): Promise<void> {
  command
    .description('Reads, measures, builds, compares and pictures multiplier tables.')
    .helpCommand('help [command]', 'print the help of a command');
  await addCommands(command, entries, context);
}
