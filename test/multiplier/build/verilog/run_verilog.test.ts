import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runDesign } from '../../../../src/multiplier/build/run_design.js';
import { userError } from '../../../support/errors.js';
import {
  expectNothingLeft,
  fixture,
  needsVerilog,
  SIGNED,
  sourceFolder,
  tableOf,
  UNSIGNED,
} from '../support.js';
import { gateNetlist } from './netlist.js';

const verilog = (name: string) => fixture('verilog', name);
const exact = (a: number, w: number) => a * w;

describe('Verilog designs', needsVerilog, () => {
  const write = sourceFolder();
  expectNothingLeft();

  test('an unsigned array multiplier of gates', async () => {
    const design = await runDesign([verilog('array.v')]);
    assert.equal(design.language, 'verilog');
    assert.match(design.tool, /^Icarus Verilog version \d+/);
    assert.equal(design.top, 'array');
    assert.equal(design.swapped, false);
    assert.deepEqual(design.notes, []);
    assert.deepEqual(design.operands, [
      { name: 'A', bits: 8, signed: undefined },
      { name: 'B', bits: 8, signed: undefined },
    ]);
    assert.deepEqual(design.result, { name: 'P', bits: 16, signed: false });
    assert.deepEqual(design.table(...UNSIGNED), tableOf(UNSIGNED, 8, exact));
  });

  test('signed multipliers: Booth with signed ports, Baugh-Wooley without', async () => {
    const booth = await runDesign([verilog('booth.v')]);
    assert.equal(booth.top, 'booth');
    assert.deepEqual(booth.operands[0], { name: 'A', bits: 8, signed: true });
    assert.deepEqual(booth.result, { name: 'P', bits: 16, signed: true });
    assert.deepEqual(booth.table(...SIGNED), tableOf(SIGNED, 8, exact));
    const baughWooley = await runDesign([verilog('baugh_wooley.v')]);
    assert.equal(baughWooley.operands[0].signed, undefined);
    assert.deepEqual(baughWooley.table(...SIGNED), tableOf(SIGNED, 8, exact));
  });

  test('A is the activation, though B is declared first', async () => {
    const truncated = (a: number, w: number) => a * (w - (w % 4));
    const design = await runDesign([verilog('truncated.sv')]);
    assert.equal(design.swapped, true);
    assert.equal(design.operands[0].name, 'A');
    assert.deepEqual(design.table(...UNSIGNED), tableOf(UNSIGNED, 8, truncated));
    const stated = await runDesign([verilog('truncated.sv')], { operands: ['B', 'A'] });
    assert.equal(stated.swapped, false);
    assert.deepEqual(
      stated.table(...UNSIGNED),
      tableOf(UNSIGNED, 8, (a, w) => truncated(w, a)),
    );
  });

  test('ports of the older style, of which one is signed', async () => {
    const design = await runDesign([verilog('non_ansi.v')]);
    assert.deepEqual(
      design.operands.map(({ signed }) => signed),
      [true, undefined],
    );
    assert.deepEqual(design.table('int8', 'uint8'), tableOf(['int8', 'uint8'], 8, exact));
  });

  test('narrow operands, by a parameter', async () => {
    const design = await runDesign([verilog('parameterised.v')]);
    assert.equal(design.operands[0].bits, 4);
    assert.deepEqual(design.table(...UNSIGNED), tableOf(UNSIGNED, 4, exact));
    await assert.rejects(
      runDesign([verilog('parameterised.v')], { bits: 8 }),
      userError(/parameterised\.v: parameterised: A and B have 4 bits, --bits says 8/),
    );
  });

  test('a netlist and its cells in two files, in either order', async () => {
    const files = [verilog('netlist.v'), verilog('cells.v')];
    for (const sources of [files, files.toReversed()]) {
      const design = await runDesign(sources);
      assert.equal(design.top, 'mul3u');
      assert.deepEqual(design.table(...UNSIGNED), tableOf(UNSIGNED, 3, exact));
    }
    await assert.rejects(
      runDesign([verilog('netlist.v')]),
      userError(/netlist\.v:8: Unknown module type: AND2X1; give the source that defines it/),
    );
    await assert.rejects(
      runDesign([verilog('cells.v')]),
      userError(/cells\.v: which module is the multiplier: AND2X1, HAX1, FAX1\? name it with --top/),
    );
    await assert.rejects(
      runDesign(files, { top: 'mul3' }),
      userError(/defines no module "mul3"; did you mean "mul3u"\?; found mul3u, AND2X1, HAX1, FAX1/),
    );
  });

  test('a flat netlist of hundreds of gates', async () => {
    const design = await runDesign([write('flat.v', gateNetlist('mul8u'))]);
    assert.deepEqual(design.table(...UNSIGNED), tableOf(UNSIGNED, 8, exact));
  });

  test('includes, macros, tables beside the source, delays, testbenches and awkward names', async () => {
    write('width.vh', '`include "width_value.vh"\n`define RANGE [`WIDTH-1:0]');
    write('width_value.vh', '`define WIDTH 2');
    write('products.hex', Array.from({ length: 16 }, (_, i) => ((i >> 2) * (i & 3)).toString(16)).join('\n'));
    const path = write(
      'rom.v',
      `\`include "width.vh"
       \`timescale 1ns/1ps
       \`ifdef WIDTH
       /* module comment(input A, input B, output P); endmodule */
       (* top = "module attribute(" *)
       module \\mul$+2 (input \`RANGE \\A , input \`RANGE B, output [3:0] \\out[3] );
         reg [3:0] rom [0:15];
         initial $readmemh("products.hex", rom);
         initial $display("module string(");
         assign #250 \\out[3] = rom[{\\A , B}];
       endmodule
       \`else
       module other(input A, input B, output P); endmodule
       \`endif
       module bench; reg [1:0] a, b; wire [3:0] p; \\mul$+2 dut(a, b, p); initial $finish; endmodule`,
    );
    const design = await runDesign([path]);
    assert.equal(design.top, 'mul$+2');
    assert.equal(design.result.name, 'out[3]');
    assert.deepEqual(design.table(...UNSIGNED), tableOf(UNSIGNED, 2, exact));
  });

  test('ports that are not those of a multiplier', async () => {
    const cases: Readonly<Record<string, RegExp>> = {
      'clocked.v': /clocked has the input clk, so it is clocked; a combinational multiplier is needed/,
      'three_inputs.v': /the ports input A, input B, input C, output P; expected two inputs and one output/,
      'wide.v': /wide: operands of 16 bits \(width of A and B\); tables have operands of 2 to 8 bits/,
    };
    for (const [name, message] of Object.entries(cases)) {
      await assert.rejects(runDesign([verilog(name)]), userError(message, new RegExp(name)));
    }
    const inline: Readonly<Record<string, RegExp>> = {
      'module m(input [7:0] A, input [3:0] B, output [11:0] P); assign P = A * B; endmodule':
        /A has 8 bits and B has 4, expected the same width/,
      'module m(input [3:0] A, input [3:0] B, output [64:0] P); assign P = A * B; endmodule': /P has 65 bits/,
      'module m(input A, input B, output P); assign P = A * B; endmodule': /operands of 1 bits/,
      'module m(input [3:0] A, inout [3:0] B, output [7:0] P); endmodule':
        /ports input A, inout B, output P; expected/,
      'module m(.A(x), .B(y), P); input [3:0] x, y; output [7:0] P; endmodule': /ports unknown A, unknown B/,
      'module m(input [3:0] A, input rst_n, output [7:0] P); endmodule': /input rst_n, so it is clocked/,
      'module m; endmodule': /defines no module with ports.*; found m$/,
      '': /found no module at all/,
    };
    for (const [text, message] of Object.entries(inline)) {
      await assert.rejects(runDesign([write('inline.v', text)]), userError(message), text);
    }
  });

  test('outputs that are undefined or undriven, a memory', async () => {
    await assert.rejects(
      runDesign([verilog('undefined.v')]),
      userError(/undefined\.v: undefined: the output P is xxxx \(hexadecimal\) for A = 2, B = 7; X is/),
    );
    await assert.rejects(
      runDesign([verilog('undriven.v')]),
      userError(/the output P is Z000 \(hexadecimal\) for A = 0, B = 0/),
    );
    await assert.rejects(
      runDesign([verilog('latch.v')]),
      userError(/latch\.v: latch: the output P for A = \d+, B = \d+ is .* so the design has a memory/),
    );
    const edge = write(
      'edge.v',
      'module m(input [7:0] A, input [7:0] B, output reg [15:0] P = 0); always @(posedge A[0]) P <= A * B; endmodule',
    );
    await assert.rejects(runDesign([edge]), userError(/has a memory/));
  });

  test('a combinational loop', async () => {
    await assert.rejects(
      runDesign([verilog('loop.v')], { timeout: 20 }),
      userError(
        /loop\.v: loop: the simulation makes no progress at A = 2, B = 4; is there a combinational loop/,
      ),
    );
  });

  test('designs that end the simulation or never let it begin', async () => {
    const head = 'module m(input [3:0] A, input [3:0] B, output [7:0] P); assign P = A * B;';
    await assert.rejects(
      runDesign([write('finish.v', `${head} always @* if (A == 3 && B == 2) $finish; endmodule`)]),
      userError(/finish\.v: m: the simulation ended by itself at A = 3, B = 2/),
    );
    await assert.rejects(
      runDesign([write('forever.v', `${head} reg c = 0; initial forever c = ~c; endmodule`)], {
        timeout: 20,
      }),
      userError(/forever\.v: m: the simulation makes no progress/),
    );
    await assert.rejects(
      runDesign([write('slow.v', `${head} reg c = 0; always #1 c = ~c; endmodule`)], { timeout: 4 }),
      userError(/slow\.v: m: not simulated within 4 s, reached A = \d+, B = \d+ \(\d+ of 512 pairs\)/),
    );
  });

  test('sources that do not compile', async () => {
    await assert.rejects(
      runDesign([verilog('syntax_error.v')]),
      userError(/syntax_error\.v:2: syntax error/),
    );
    await assert.rejects(
      runDesign([write('lost.v', '`include "no such.vh"\nmodule m(input A, input B, output P); endmodule')]),
      userError(/lost\.v:\d: Include file no such\.vh not found/),
    );
    const ends = write(
      'ends.v',
      'module m(input [3:0] A, input [3:0] B, output [7:0] P);\nassign P = A * B;\n',
    );
    await assert.rejects(runDesign([ends]), userError(/ends\.v/));
    await assert.rejects(runDesign([write('binary.v', '\0\u0001module m(((')]), userError(/binary\.v/));
    const name = write(
      'name.v',
      'module m(input [3:0] A, input [3:0] B, output [7:0] P);\nassign P = A * C;\nendmodule',
    );
    await assert.rejects(runDesign([name]), userError(/name\.v:2: Unable to bind.*`C'/));
  });
});
