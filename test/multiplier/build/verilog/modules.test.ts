import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findModules } from '../../../../src/multiplier/build/verilog/modules.js';

const ports = (text: string) =>
  findModules(text)[0]!.ports.map(
    ({ name, direction, signed }) => `${direction} ${signed ? 'signed ' : ''}${name}`,
  );

describe('modules in preprocessed Verilog', () => {
  test('ports declared in the head', () => {
    for (const [head, expected] of [
      ['input [7:0] A, B, output [15:0] P', ['input A', 'input B', 'output P']],
      [
        'input wire signed [7:0] A, input logic B, output reg signed [1:0] P = 0',
        ['input signed A', 'input B', 'output signed P'],
      ],
      ['input signed [7:0] A, B, output P', ['input signed A', 'input signed B', 'output P']],
      [
        'input signed [7:0] A, [3:0] B, wire C, output P',
        ['input signed A', 'input B', 'input C', 'output P'],
      ],
      ['input int A, input byte unsigned B, output word_t P', ['input signed A', 'input B', 'output P']],
      ['input [W-1:0] A [0:{1, 2}], input \\B[x] , output P', ['input A', 'input B[x]', 'output P']],
      ['', []],
    ] as const) {
      assert.deepEqual(ports(`module m #(parameter W = (8), X = ")") (${head}); endmodule`), expected, head);
    }
  });

  test('ports declared in the body', () => {
    const text = `module automatic m(P, A, B);
      input [7:0] A, B; output P; reg signed P; wire signed [7:0] other, A;
      task t; input [7:0] x, B; output A; begin end endtask
      always @(*) begin if (A) P = B; end
    endmodule`;
    assert.deepEqual(ports(text), ['output signed P', 'input signed A', 'input B']);
  });

  test('names that look like something else', () => {
    const text = `// module comment(A); endmodule
      \`timescale 1ns / 1ps
      \`celldefine module /* (B) */ \\module (input A, (* x = "(" *) input B, output \\input ); endmodule \`endcelldefine
      macromodule second(input A); wire x = "\\"; endmodule" ; endmodule`;
    assert.deepEqual(
      findModules(text).map(({ name }) => name),
      ['module', 'second'],
    );
    assert.deepEqual(ports(text), ['input A', 'input B', 'output input']);
  });

  test('instances', () => {
    const text = `module top(input A); leaf l1 (A), l2 (A); wide #(.W(3)) w (A); \\odd$ o (A); assign x = lone; endmodule`;
    const { instantiates } = findModules(text)[0]!;
    for (const name of ['leaf', 'wide', 'odd$']) assert.ok(instantiates.has(name), name);
    assert.ok(!instantiates.has('lone'));
  });

  test('any damage to a text is survived', () => {
    const text =
      'module m #(parameter W = 8) (input [W-1:0] A, B, output P); sub s (A, B, P); endmodule module sub(a); input a; endmodule';
    for (let i = 0; i <= text.length; i++) {
      for (const inserted of ['', '(', ')', '[', ']', '"', '\\', ';', '/*', '(*', '`', '\0']) {
        findModules(text.slice(0, i) + inserted + text.slice(i + 1));
      }
    }
    assert.deepEqual(findModules('module '.repeat(10_000)), []);
  });
});
