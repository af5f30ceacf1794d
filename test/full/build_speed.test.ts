import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runDesign } from '../../src/multiplier/build/run_design.js';
import { fixture, needsC, needsVerilog, sourceFolder, UNSIGNED } from '../multiplier/build/support.js';
import { gateNetlist } from '../multiplier/build/verilog/netlist.js';

const write = sourceFolder();

/** Shortest of some runs in ms: others may use the machine. */
async function shortest(path: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    (await runDesign([path])).table(...UNSIGNED);
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

test('a C function is tabulated in a second', needsC, async () => {
  const time = await shortest(fixture('c', 'array.c'));
  assert.ok(time < 1000, `${time} ms`);
});

test('a netlist of hundreds of gates is tabulated in 3 s', needsVerilog, async () => {
  const time = await shortest(write('mul8u.v', gateNetlist('mul8u')));
  assert.ok(time < 3000, `${time} ms`);
});
