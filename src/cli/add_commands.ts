import type { Command } from 'commander';
import type { CommandContext, CommandEntry } from './command_context.js';

/** Adds commands to the program, or to a command that has some of its own. */
export async function addCommands(
  parent: Command,
  entries: readonly CommandEntry[],
  context: CommandContext,
): Promise<void> {
  for (const { name, description, load } of entries) {
    const command = parent
      .command(name)
      .summary(description)
      .description(description)
      .helpOption('-h, --help', 'print this help');
    // The others only need to be listed.
    if (context.argv.includes(name)) await (await load())(command, context);
  }
}
