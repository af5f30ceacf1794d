import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileSize } from '../child.js';
import type { Workspace } from '../workspace.js';
import { simulatorError } from './diagnostics.js';
import { readSimulation, type Simulation } from './results.js';
import { type PortNames, TESTBENCH, testbench } from './testbench.js';

export const IVERILOG = { program: 'iverilog', debianPackage: 'iverilog' };
const VVP = { program: 'vvp', debianPackage: 'iverilog' };

/**
 * Arguments for the sources, which may include files of their own folders. Of two folders that have a file of the same
 * name, the first one's is included.
 */
function sourceArguments({ sources }: Workspace): string[] {
  return ['-g2012', '-grelative-include', ...sources.map(({ folder }) => `-I${folder}`)];
}

/** All sources as one text without `include, `ifdef and macros. @throws UserError where iverilog finds errors */
export async function preprocess(workspace: Workspace): Promise<string> {
  const output = workspace.name('preprocessed.v');
  const args = [
    '-E',
    ...sourceArguments(workspace),
    '-o',
    output,
    ...workspace.sources.map(({ link }) => link),
  ];
  const end = await workspace.run(IVERILOG, args, { writes: workspace.path(output) });
  if (end.code !== 0) throw simulatorError(workspace, IVERILOG.program, end);
  return (await workspace.read(output)).toString('utf8');
}

/** How far a simulation came, and why it ended. */
export interface SimulationEnd extends Simulation {
  readonly timedOut: boolean;
  readonly stalled: boolean;
}

/** Compiles the sources and simulates the module `top`. @throws UserError with the tools' own first message */
export async function simulate(workspace: Workspace, top: string, ports: PortNames): Promise<SimulationEnd> {
  const bench = await workspace.write('testbench.v', testbench(top, ports));
  const design = workspace.name('design.vvp');
  const args = ['-o', design, '-s', TESTBENCH, bench, ...workspace.sources.map(({ link }) => link)];
  const compiled = await workspace.run(IVERILOG, [...sourceArguments(workspace), ...args], {
    writes: workspace.path(design),
  });
  if (compiled.code !== 0) throw simulatorError(workspace, IVERILOG.program, compiled);

  const results = workspace.name('results');
  const path = workspace.path(results);
  const file = await open(path, 'w');
  try {
    const end = await workspace.run(VVP, ['-n', workspace.path(design)], {
      // Where $readmemh looks for the tables of a design.
      cwd: dirname(resolve(workspace.sources[0]!.path)),
      writes: path,
      descriptor: file.fd,
      progress: () => fileSize(path),
    });
    if (end.stopped === undefined && end.code !== 0) throw simulatorError(workspace, VVP.program, end);
    const simulation = readSimulation((await workspace.read(results)).toString('latin1'));
    return { ...simulation, timedOut: end.stopped === 'timeout', stalled: end.stopped === 'stalled' };
  } finally {
    await file.close();
  }
}
