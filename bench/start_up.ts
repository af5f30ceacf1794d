import { spawnSync } from 'node:child_process';
import { packagePath } from '../src/util/paths.js';
import { inTurn, median } from './measure.js';

/** `approxtorch --version` as a whole process, beside Node's own start. */
export async function benchStartUp(): Promise<void> {
  const run = (args: readonly string[]) => async () => spawnSync(process.execPath, args);
  const times = await inTurn(
    { version: run([packagePath('bin', 'approxtorch.js'), '--version']), node: run(['-e', '0']) },
    15,
  );
  const ms = (seconds: readonly number[]) => `${(median(seconds) * 1e3).toFixed(0)} ms`;
  process.stdout.write(`  approxtorch --version ${ms(times.version)}, node alone ${ms(times.node)}\n`);
}
