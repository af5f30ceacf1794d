/** An exact unsigned 8 × 8 multiplier as a flat netlist of about 350 gates: columns of bits, reduced by full adders. */
export function gateNetlist(name: string): string {
  const gates: string[] = [];
  const gate = (kind: string, ...inputs: string[]) => {
    const wire = `n${gates.length}`;
    gates.push(`  wire ${wire}; ${kind} (${wire}, ${inputs.join(', ')});`);
    return wire;
  };
  const columns: string[][] = Array.from({ length: 17 }, () => []);
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) columns[i + j]!.push(gate('and', `A[${i}]`, `B[${j}]`));
  }
  const outputs = columns.slice(0, 16).map((column, c) => {
    while (column.length > 1) {
      const [x, y, z = "1'b0"] = column.splice(0, 3) as [string, string, string?];
      const half = gate('xor', x, y);
      column.push(gate('xor', half, z));
      columns[c + 1]!.push(gate('or', gate('and', x, y), gate('and', half, z)));
    }
    return `  assign O[${c}] = ${column[0] ?? "1'b0"};`;
  });
  return `module ${name}(A, B, O);\n  input [7:0] A, B;\n  output [15:0] O;\n${[...gates, ...outputs].join('\n')}\nendmodule\n`;
}
