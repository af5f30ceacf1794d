import type { Grid } from '../grid.js';
import type { Tool, Workspace } from '../workspace.js';
import { compilerError } from './diagnostics.js';
import type { CMultiplier } from './find.js';
import { functionUnit, mainUnit, USER_MAIN } from './harness.js';

/** Overflow wraps around, as in hardware; the standard leaves it open. */
const OPTIMIZE = ['-O2', '-fwrapv', '-fdiagnostics-color=never'];

/** Compiles the sources and the program that runs the multiplier over the grid. @throws UserError where they do not */
export async function compile(
  workspace: Workspace,
  compiler: Tool,
  multiplier: CMultiplier,
  swapped: boolean,
  grid: Grid,
): Promise<void> {
  const { source } = multiplier;
  const objects: string[] = [];
  for (const [i, other] of workspace.sources.entries()) {
    if (other === source) continue;
    const object = workspace.name(`object${i}.o`);
    objects.push(object);
    // Every file searches its own folder first.
    const args = [
      ...OPTIMIZE,
      `-Dmain=${USER_MAIN}${i}`,
      '-iquote',
      other.folder,
      '-c',
      other.link,
      '-o',
      object,
    ];
    const end = await workspace.run(compiler, args, { writes: workspace.path(object) });
    if (end.code !== 0) throw compilerError(workspace, compiler.program, end);
  }
  const main = mainUnit(grid, workspace.name('results'), Math.min(Math.ceil(workspace.seconds) + 1, 2 ** 31));
  const program = workspace.name('program');
  const args = [
    ...OPTIMIZE,
    '-iquote',
    source.folder,
    await workspace.write('unit.c', functionUnit(multiplier, swapped)),
    await workspace.write('main.c', main),
    ...objects,
    '-o',
    program,
    '-lm',
  ];
  const end = await workspace.run(compiler, args, { writes: workspace.path(program) });
  if (end.code !== 0) throw compilerError(workspace, compiler.program, end);
}
