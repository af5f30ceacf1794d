import { engineText } from '../../device_text.js';
import { html } from '../../html.js';
import { textOf } from '../../markup.js';
import { count, counted, metric } from '../../numbers.js';
import type { BenchReport } from '../results.js';
import type { Section } from './section.js';

/** Where the figures come from: program, machine, files. */
export function environmentSection({ version, environment, suite, models, datasets }: BenchReport): Section {
  const { node, platform, cpu, threads, device } = environment;
  const engine = engineText({ kind: device, ...environment });
  const short = (sha256: string) => `sha256 ${sha256.slice(0, 12)}`;
  const rows: readonly (readonly [string, string])[] = [
    ['approxtorch', `${version}, Node ${node}, ${platform}`],
    ['device', `${engine}, ${counted(threads, 'thread')}, ${cpu}`],
    ['suite', `${suite.file ?? 'made from flags'}, ${short(suite.sha256)}`],
    ...models.map(
      ({ name, file, sha256, parameters, macs }) =>
        [
          `network ${name}`,
          `${file}, ${metric(parameters)} parameters, ${metric(macs)} MACs, ${short(sha256)}`,
        ] as const,
    ),
    ...datasets.map(
      ({ name, spec, split, samples, classes, sha256 }) =>
        [
          `dataset ${name}`,
          `${spec}, ${split} split, ${count(samples)} images of ${counted(classes, 'class', 'classes')}, ${short(sha256)}`,
        ] as const,
    ),
  ];
  const lines = rows.map(([name, text]) =>
    html('div', {}, html('dt', {}, textOf(name)), html('dd', {}, textOf(text))),
  );
  return { id: 'environment', title: 'Environment', content: [html('dl', { class: 'facts' }, ...lines)] };
}
