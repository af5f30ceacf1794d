import { engineText } from '../device_text.js';
import { counted } from '../numbers.js';
import { layoutWidth, type Style, styleFor, type TextOptions } from '../style.js';
import { paragraph } from '../text_blocks.js';
import { resultLines } from './entry_text.js';
import { openGateLines } from './open_gate_text.js';
import { nextSteps, type Outcome, outcome, outcomeWords, someNames, summarySentences } from './outcome.js';
import type { BenchReport } from './results.js';
import { sensitivityLines } from './sensitivity_text.js';

/** The report of `approxtorch bench` for people; ends with a newline. */
export function renderBenchText(report: BenchReport, options: TextOptions): string {
  const style = styleFor(options);
  const width = layoutWidth(options);
  const sections = [
    titleLines(report, style, width),
    resultLines(report, style, width),
    openGateLines(report, style, width),
    ...sensitivityLines(report, style, width),
    summaryLines(report, style, width),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function titleLines(report: BenchReport, style: Style, width: number): string[] {
  const { suite, baseline, environment, warnings, complete } = report;
  const about = [
    [
      suite.file,
      `suite ${suite.sha256.slice(0, 8)}`,
      baseline === null ? null : `compared with ${baseline.file}`,
    ],
    [
      engineText({ kind: environment.device, ...environment }),
      counted(environment.threads, 'thread'),
      environment.cpu,
      `node ${environment.node}`,
    ],
  ];
  return [
    ...paragraph(`benchmark ${suite.name}`, width).map(style.strong),
    ...about.flatMap((parts) =>
      paragraph(parts.filter((part) => part !== null).join(' · '), width).map(style.quiet),
    ),
    ...(complete ? [] : [style.caution('INCOMPLETE: the run was interrupted.')]),
    ...warnings.flatMap((warning) => paragraph(warning, width)).map(style.caution),
  ];
}

const outcomeEmphasis: Readonly<Record<Outcome, keyof Style>> = {
  pass: 'good',
  fail: 'bad',
  incomplete: 'caution',
  undecided: 'caution',
  none: 'strong',
};

/** Stands last, where the eye is when the run ends. */
function summaryLines(report: BenchReport, style: Style, width: number): string[] {
  const verdict = outcome(report);
  return [
    ...[...summarySentences(report), ...staleSentence(report)].flatMap((sentence) =>
      paragraph(sentence, width),
    ),
    ...nextSteps(report).flatMap((step) => paragraph(`→ ${step}`, width)),
    ...paragraph(`${outcomeWords[verdict]}: ${report.suite.name}`, width).map(
      style[outcomeEmphasis[verdict]],
    ),
  ];
}

/** What a shard does not match another one may. */
function staleSentence({ baseline, shard }: BenchReport): string[] {
  const stale = shard === null ? (baseline?.stale ?? []) : [];
  return stale.length === 0 ? [] : [`Stale: ${someNames(stale).join(', ')}.`];
}
