import { UserError } from '../../../util/errors.js';
import type { ChildEnd } from '../child.js';
import type { Workspace } from '../workspace.js';

const LOCATED = /^([^\s:][^:]*:\d+): (?:error: |sorry: )?(.*)$/;

/** The first complaint of iverilog or vvp, in a line with the user's names for files. */
export function simulatorError(
  workspace: Workspace,
  program: string,
  { code, signal, stdout, stderr }: ChildEnd,
): UserError {
  const lines = `${stderr}\n${stdout}`
    .split('\n')
    .filter((line) => !/: warning:|^\s|^[^:]*:\d+: +:|^$/.test(line));
  for (const line of lines) {
    const [, where, what] = LOCATED.exec(line) ?? [];
    if (where === undefined || what === undefined) continue;
    if (where.startsWith(workspace.name('testbench'))) {
      return new UserError(`${workspace.place}: cannot be connected to a testbench: ${what}`);
    }
    const missing = /^Unknown module type: (.*)$/.exec(what)?.[1];
    const remedy = missing === undefined ? '' : '; give the source that defines it as well';
    return new UserError(workspace.translate(`${where}: ${what}${remedy}`));
  }
  const first = workspace.translate(lines[0]?.trim() ?? 'no message');
  return new UserError(`${workspace.place}: ${program} fails (${signal ?? `exit code ${code}`}): ${first}`);
}
