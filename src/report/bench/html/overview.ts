import { html } from '../../html.js';
import { textOf } from '../../markup.js';
import { count, counted, duration } from '../../numbers.js';
import type { BenchReport, Verdict } from '../results.js';
import { verdictText } from './figures.js';

/** The worst of the entries; null: no gate was given and nothing failed. */
export function overallVerdict({ summary }: BenchReport): Verdict | null {
  if (summary.fail > 0 || summary.failed > 0) return 'fail';
  if (summary.undecided > 0) return 'undecided';
  return summary.pass > 0 ? 'pass' : null;
}

/** A verdict as a label. */
export function verdictBadge(verdict: Verdict | null): string {
  if (verdict === null) return html('span', { class: 'verdict' }, 'no gates');
  return html('span', { class: `verdict ${verdict}` }, textOf(verdictText[verdict]));
}

/** What the page begins with: the suite's name, the verdict, the counts, and what limits them. */
export function overview(report: BenchReport): string {
  const { suite, summary, shard, complete, warnings } = report;
  const origin = [
    suite.file ?? 'a suite made from flags',
    ...(shard === null ? [] : [`shard ${shard.index} of ${shard.count}`]),
    `whole run ${duration(summary.seconds)}`,
  ];
  return html(
    'header',
    {},
    html(
      'div',
      { class: 'headline' },
      html('h1', {}, textOf(suite.name)),
      verdictBadge(overallVerdict(report)),
    ),
    html('p', { class: 'muted' }, textOf(origin.join(' · '))),
    html('dl', { class: 'counts' }, ...counts(report)),
    ...(complete ? [] : [interrupted(report)]),
    ...(warnings.length === 0
      ? []
      : [
          html(
            'ul',
            { class: 'warnings', 'aria-label': 'Warnings' },
            ...warnings.map((text) => html('li', {}, textOf(text))),
          ),
        ]),
  );
}

function counts({ entries, models, multipliers, summary }: BenchReport): string[] {
  const tile = (name: string, value: number, look?: Verdict) =>
    html('div', { class: look }, html('dt', {}, textOf(name)), html('dd', {}, textOf(count(value))));
  const gated = summary.pass + summary.fail + summary.undecided > 0;
  return [
    tile(entries.length === 1 ? 'entry' : 'entries', entries.length),
    ...(gated
      ? [
          tile('pass', summary.pass, 'pass'),
          tile('fail', summary.fail, 'fail'),
          tile('undecided', summary.undecided, 'undecided'),
        ]
      : []),
    tile('could not run', summary.failed, summary.failed > 0 ? 'fail' : undefined),
    tile('from the cache', summary.cached),
    tile(models.length === 1 ? 'network' : 'networks', models.length),
    tile(multipliers.length === 1 ? 'multiplier' : 'multipliers', multipliers.length),
  ];
}

function interrupted({ entries, suite, shard }: BenchReport): string {
  const whole = shard === null ? ` of ${counted(suite.entries, 'entry', 'entries')}` : '';
  const text = `Interrupted: ${count(entries.length)}${whole} are here.`;
  return html('p', { class: 'notice' }, html('strong', {}, textOf(text)));
}
