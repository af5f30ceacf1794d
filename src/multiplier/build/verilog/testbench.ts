import { SECOND_STRIDE } from '../grid.js';

/** Pairs that are visited a second time, fewer where there are fewer. */
export const SECOND_VISITS = 4096;

/** The line that ends the results of a simulation that was not cut off. */
export const LAST_LINE = 'end';

/** Name of the testbench's module. */
export const TESTBENCH = 'approxtorch_testbench';

export interface PortNames {
  readonly activation: string;
  readonly weight: string;
  readonly output: string;
}

/**
 * A testbench that applies all pairs of operands, row-major, then some of them in another order, for the sake of
 * designs with a memory, and writes the output for each in hexadecimal to descriptor 3: $fopen takes no name that is
 * not ASCII, and stdout is the design's. Its first line has the widths of both operands and of the output, as the
 * simulator knows them. Operands wider than 8 bits or of different widths are not applied.
 *
 * It comes before the user's files: sources without a timescale count in ns, and whatever they define cannot change
 * it. A millisecond for each pair lets designs with delays settle.
 */
export function testbench(top: string, { activation, weight, output }: PortNames): string {
  const port = (name: string) => `dut.${identifier(name)}`;
  return `\`timescale 1ns/1ps
module ${TESTBENCH};
  reg [63:0] activation, weight;
  integer results, size, pairs, visit, pair;
  ${identifier(top)} dut (.${identifier(activation)}(activation), .${identifier(weight)}(weight), .${identifier(output)}());

  task apply;
    begin
      activation = pair / size;
      weight = pair % size;
      #1000000 $fdisplay(results, "%h", ${port(output)});
      $fflush(results);
    end
  endtask

  initial begin
    results = $fopen("/dev/fd/3", "w");
    $fdisplay(results, "%0d %0d %0d", $bits(${port(activation)}), $bits(${port(weight)}), $bits(${port(output)}));
    $fflush(results);
    if ($bits(${port(activation)}) <= 8 && $bits(${port(activation)}) == $bits(${port(weight)})) begin
      size = 1 << $bits(${port(activation)});
      pairs = size * size;
      for (visit = 0; visit < pairs; visit = visit + 1) begin
        pair = visit;
        apply;
      end
      for (visit = 0; visit < pairs && visit < ${SECOND_VISITS}; visit = visit + 1) begin
        pair = visit * ${SECOND_STRIDE} % pairs;
        apply;
      end
    end
    $fdisplay(results, "${LAST_LINE}");
    $finish;
  end
endmodule
`;
}

/** Escaped, any name is an identifier; the blank ends it. */
function identifier(name: string): string {
  return `\\${name} `;
}
