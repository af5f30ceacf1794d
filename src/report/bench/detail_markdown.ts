import { engineText } from '../device_text.js';
import { counted, metric, percent, signed, signedPercent, significant, whole } from '../numbers.js';
import { changeDirection, finalAccuracy, pointsInterval } from './entry_figures.js';
import { bySensitivity, sortedEntries } from './entry_order.js';
import { code, folded, type MarkdownSection, tableHead, tableRow } from './markdown.js';
import type { BenchEntry, BenchMultiplier, BenchReport } from './results.js';

/** Longer warnings are not read in a comment. */
const longestWarning = 300;

/** Parts to unfold; those without rows are left out. */
export function detailSections(report: BenchReport): MarkdownSection[] {
  const { baseline, warnings, multipliers } = report;
  const entries = sortedEntries(report);
  const list = (texts: readonly string[]) => texts.map((text) => `- ${code(text)}`);
  const changed = entries.filter((entry) => changeDirection(entry) !== null);
  return [
    details('Changes against the baseline', changed.map(changeRow), changeNames),
    details('Entries of the baseline without a match', list(baseline?.stale ?? [])),
    details('Entries that the baseline lacks', list(baseline?.added ?? [])),
    details(
      'Warnings',
      warnings.map((warning) => `- ${code(warning, longestWarning)}`),
    ),
    details('Layers approximate one at a time', entries.flatMap(sensitivityRows), sensitivityNames),
    details('Multipliers', multipliers.map(multiplierRow), multiplierNames),
    details('Models, data and machine', aboutRows(report)),
  ].flatMap((section) => section ?? []);
}

/** A table, or a list where there are no names of columns. */
function details(
  title: string,
  rows: readonly string[],
  names: readonly string[] = [],
): MarkdownSection | null {
  return rows.length === 0 ? null : folded(title, names.length === 0 ? [] : tableHead(names), rows);
}

const changeNames = ['entry', 'before %:', 'now %:', 'change:', '95 %:'];

function changeRow(entry: BenchEntry): string {
  const { top1, change, changeInterval } = entry.baseline!;
  return tableRow([
    code(entry.id),
    percent(top1),
    percent(finalAccuracy(entry)?.top1 ?? null),
    signedPercent(change),
    pointsInterval(changeInterval),
  ]);
}

const sensitivityNames = ['entry', 'layer', 'MACs:', 'top-1 %:', 'drop:', '95 %:'];

function sensitivityRows({ id, sensitivity }: BenchEntry): string[] {
  return bySensitivity(sensitivity ?? []).map(({ layer, macs, top1, drop, dropInterval }) =>
    tableRow([
      code(id),
      code(layer),
      metric(macs),
      percent(top1),
      percent(drop),
      pointsInterval(dropInterval),
    ]),
  );
}

const multiplierNames = [
  'multiplier',
  'operands',
  'MAE:',
  'MRED %:',
  'WCE:',
  'EP %:',
  'bias:',
  'mW:',
  'power %:',
];

function multiplierRow({ name, activation, weight, metrics, power }: BenchMultiplier): string {
  return tableRow([
    code(name),
    `${activation}×${weight}`,
    significant(metrics.mae),
    percent(metrics.mred),
    whole(metrics.wce),
    percent(metrics.errorRate, 1),
    signed(metrics.bias),
    power === null ? '–' : String(power.milliwatt),
    percent(power?.relative ?? null, 1),
  ]);
}

function aboutRows({ version, suite, models, datasets, baseline, environment }: BenchReport): string[] {
  const { device, cpu, threads, node, platform } = environment;
  const engine = engineText({ kind: device, ...environment });
  return [
    ...models.map(
      ({ name, file, sha256, parameters, macs }) =>
        `- model ${code(name)}: ${code(file)} ${sha256.slice(0, 8)}, ${metric(parameters)} parameters, ${metric(macs)} MACs`,
    ),
    ...datasets.map(
      ({ name, split, samples, classes, sha256 }) =>
        `- data ${code(name)}: ${code(split)}, ${counted(samples, 'sample')}, ${counted(classes, 'class', 'classes')}, ${sha256.slice(0, 8)}`,
    ),
    `- suite ${code(suite.file ?? suite.name)} ${suite.sha256.slice(0, 8)}`,
    ...(baseline === null ? [] : [`- baseline ${code(baseline.file)}`]),
    `- ${code(`${engine} · ${counted(threads, 'thread')} · ${cpu} · node ${node} · ${platform}`)}`,
    `- approxtorch ${code(version)}`,
  ];
}
