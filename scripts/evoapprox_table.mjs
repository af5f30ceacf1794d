// Prints the README's table "EvoApproxLib × ResNet-20" as Markdown. Needs the real data in a folder `shared` beside the
// checkout; run after `npm run build`: node scripts/evoapprox_table.mjs
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { status, stdout } = spawnSync(
  process.execPath,
  [here('bin/approxtorch.js'), 'bench', here('configs/suites/evoapprox-resnet20.yaml'), '--format', 'json'],
  { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'] },
);
if (status !== 0) process.exit(status ?? 1);

const { entries, multipliers } = JSON.parse(stdout);
const percent = (fraction, digits = 2) => (100 * fraction).toFixed(digits);
const rows = entries
  .map((entry) => ({ ...entry, table: multipliers.find(({ name }) => name === entry.multiplier) }))
  .sort((a, b) => b.approx.top1 - a.approx.top1)
  .map(({ multiplier, approx, drop, table: { activation, metrics, power } }) => [
    multiplier,
    activation,
    metrics.mae.toPrecision(3),
    percent(metrics.mred),
    metrics.bias.toFixed(1),
    power === null ? '–' : `${power.milliwatt} (${percent(power.relative, 0)} %)`,
    percent(approx.top1),
    percent(drop.exact),
  ]);
const [first] = entries;
process.stdout.write(
  `float32 ${percent(first.float.top1)} %, ${first.samples} test images\n\n` +
    '| multiplier | operands | MAE | MRED % | bias | mW (of exact) | top-1 % | drop |\n|---|---|---|---|---|---|---|---|\n' +
    rows.map((row) => `| ${row.join(' | ')} |\n`).join(''),
);
