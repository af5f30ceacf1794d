/**
 * Makes the goldens, or with --count tells how many samples a golden's setting gets right:
 *
 *     node dist/test/reference/main.js --data ../shared/data [--only NAME] [--count N] [--calibrate N]
 *
 * Without --data only the synthetic ones. Run it from the root of the checkout.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Golden, makeGolden } from './golden.js';
import type { Folders } from './sources.js';
import { realSpecs, syntheticModelFile, syntheticModelSeed, syntheticSpecs } from './specs.js';
import { syntheticModel } from './synthetic.js';

/** JSON with the rows of numbers on one line each. */
function format(golden: Golden): string {
  const flat = JSON.stringify(golden, null, 1).replace(/\[[^[\]{}]*\]/g, (list) =>
    list.replace(/\s*\n\s*/g, ' '),
  );
  return `${flat}\n`;
}

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    only: { type: 'string' },
    count: { type: 'string' },
    calibrate: { type: 'string' },
  },
});
const folders: Folders = { data: values.data ?? '', goldens: join('test', 'fixtures', 'goldens') };
mkdirSync(folders.goldens, { recursive: true });
writeFileSync(join(folders.goldens, syntheticModelFile), syntheticModel(syntheticModelSeed));
const specs = [...syntheticSpecs, ...(values.data === undefined ? [] : realSpecs)];
for (const spec of specs) {
  if (values.only !== undefined && spec.name !== values.only) continue;
  const started = performance.now();
  const golden = makeGolden(
    {
      ...spec,
      calibrate: Number(values.calibrate ?? spec.calibrate),
      count: Number(values.count ?? spec.count),
    },
    folders,
    (done) => done % 1000 === 0 && console.error(`${spec.name}: ${done}`),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${spec.name}: ${golden.correct ?? '-'} of ${golden.logits.length} right, ${seconds} s`);
  if (values.count === undefined && values.calibrate === undefined)
    writeFileSync(join(folders.goldens, `${spec.name}.json`), format(golden));
}
