import { plotRecord } from '../../../src/lut/plot_record.js';
import { createMultiplier, exactMultiplier, tabulate } from '../../../src/multiplier/create.js';
import type { Multiplier } from '../../../src/multiplier/multiplier.js';
import type { LutPlotRecord } from '../../../src/report/lut/plot_record.js';
import { analysisCases } from '../../multiplier/analysis/cases.js';

/** Too small for negative weights, too large for positive ones; 0 is exact. Large errors at the ends. */
export const slanted: Multiplier = tabulate('slanted', 'uint8', 'int8', 8, (a, w) => a * w + w);

/** A name as an attacker would choose it. */
export const hostileName = `</title></script><script>alert("1")</script><img src=x onerror=alert(1)>'"&amp;\u0000\u001b[2J\u202e\ud800\uffff`;

export function named(name: string, { activation, weight, bits, table }: Multiplier = slanted): Multiplier {
  return createMultiplier(name, activation, weight, bits, table);
}

/** Records of all kinds of tables: all operand types, widths, exact, one-sided, beyond int32. */
export function plotRecords(): LutPlotRecord[] {
  return [
    ...analysisCases(),
    slanted,
    exactMultiplier('int8', 'int8'),
    named(hostileName),
    named(''),
    named('n'.repeat(500)),
  ].map(plotRecord);
}
