import { UserError } from '../../../util/errors.js';
import type { ChildEnd } from '../child.js';
import type { Workspace } from '../workspace.js';

const DIAGNOSTIC = /^(.+?:\d+):(?:\d+:)? (?:fatal )?error: (.*)$/;
const UNDEFINED = /undefined reference to [`'‘](.+?)['’]/;
const DUPLICATE = /multiple definition of [`'‘](.+?)['’]/;

/** The compiler's first complaint, in a line with the user's names for files. */
export function compilerError(
  workspace: Workspace,
  compiler: string,
  { code, signal, stderr }: ChildEnd,
): UserError {
  const { place } = workspace;
  for (const line of stderr.split('\n')) {
    const [, where, what] = DIAGNOSTIC.exec(line) ?? [];
    if (where !== undefined) {
      // Our own lines are at fault where they call the function with something it does not take.
      const own = where.startsWith(workspace.name('unit'));
      const cause = own ? `${place}: cannot be called with two integers` : workspace.translate(where);
      return new UserError(`${cause}: ${workspace.translate(what!)}`);
    }
    const missing = UNDEFINED.exec(line)?.[1];
    if (missing !== undefined) {
      return new UserError(`${place}: ${missing} is not defined; give the source that defines it as well`);
    }
    const twice = DUPLICATE.exec(line)?.[1];
    if (twice !== undefined) {
      return new UserError(`${place}: ${twice} is defined more than once; leave one of the sources out`);
    }
  }
  const first = workspace.translate(stderr.split('\n').find((line) => line.trim() !== '') ?? 'no message');
  return new UserError(`${place}: ${compiler} fails (${signal ?? `exit code ${code}`}): ${first.trim()}`);
}
