import { UserError } from '../../../util/errors.js';
import { chooseTop } from '../choose_top.js';
import type { Workspace } from '../workspace.js';
import { findModules, type VerilogModule } from './modules.js';
import type { VerilogPort } from './ports.js';

/** A module with two inputs and an output. */
export interface VerilogMultiplier {
  readonly name: string;
  readonly inputs: readonly [VerilogPort, VerilogPort];
  readonly output: VerilogPort;
}

const CLOCK_OR_RESET = /^(?:i_?|.*_)?(?:clk|clock|a?rst|a?reset)(?:_?n|_?p|_?i|_?b)?$/i;

/**
 * The multiplier among the modules that preprocessed sources define: a module without ports is a testbench.
 * @throws UserError where it is unclear, or has other ports
 */
export function findMultiplier(
  preprocessed: string,
  top: string | undefined,
  { place, sources }: Pick<Workspace, 'place' | 'sources'>,
): VerilogMultiplier {
  const modules = findModules(preprocessed);
  const circuits = modules.filter(({ ports }) => ports.length > 0);
  const inner = new Set(
    circuits.flatMap(({ name, instantiates }) => [...instantiates].filter((i) => i !== name)),
  );
  const chosen = chooseTop(
    modules.map((module) => {
      const eligible = module.ports.length > 0;
      return { ...module, eligible, sole: eligible && !inner.has(module.name) };
    }),
    top,
    sources.map(({ path }) => path),
    { kind: 'module', wanted: 'module with ports that no other one instantiates', place },
  );
  return checkPorts(chosen, place);
}

function checkPorts({ name, ports }: VerilogModule, place: string): VerilogMultiplier {
  const inputs = ports.filter(({ direction }) => direction === 'input');
  const outputs = ports.filter(({ direction }) => direction === 'output');
  const clock = inputs.find((port) => CLOCK_OR_RESET.test(port.name));
  if (clock !== undefined) {
    throw new UserError(
      `${place}: ${name} has the input ${clock.name}, so it is clocked; a combinational multiplier is needed, with two inputs and one output`,
    );
  }
  const [first, second] = inputs;
  const [output] = outputs;
  if (ports.length !== 3 || first === undefined || second === undefined || output === undefined) {
    const found = ports.slice(0, 12).map((port) => `${port.direction ?? 'unknown'} ${port.name}`);
    throw new UserError(
      `${place}: ${name} has the ports ${found.join(', ')}${ports.length > 12 ? ', …' : ''}; expected two inputs and one output`,
    );
  }
  return { name, inputs: [first, second], output };
}
