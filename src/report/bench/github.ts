import { printable, shorten } from '../printable.js';
import { failureText } from './entry_figures.js';
import { gateSentences } from './gate_text.js';
import { outcome, outcomeWords, someNames, summarySentences } from './outcome.js';
import type { BenchReport } from './results.js';

/** GitHub shows no more annotations of a level from one step. */
export const mostAnnotations = 10;

/** More is not readable in an annotation. */
const longestLine = 400;

type Level = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly level: Level;
  readonly title: string;
  /** Lines. */
  readonly message: readonly string[];
}

/**
 * Workflow commands of GitHub Actions for stdout, which become annotations on the suite's file: errors for entries that
 * failed or fail a gate, warnings for undecided gates, an interrupted run, stale entries of the baseline and the
 * report's warnings, a notice with the summary. Where there are more than ten of a level, the last one counts the rest.
 */
export function renderGithubAnnotations(report: BenchReport): string {
  const annotations = [...entryAnnotations(report), ...reportAnnotations(report)];
  const levels: readonly Level[] = ['error', 'warning', 'notice'];
  return levels
    .flatMap((level) => limited(annotations.filter((annotation) => annotation.level === level)))
    .map((annotation) => `${command(annotation, report.suite.file)}\n`)
    .join('');
}

function entryAnnotations({ entries }: BenchReport): Annotation[] {
  return entries.flatMap((entry): Annotation[] => {
    const title = entry.id;
    if (entry.status === 'failed') return [{ level: 'error', title, message: [failureText(entry)] }];
    if (entry.verdict === 'fail') return [{ level: 'error', title, message: gateSentences(entry, 'fail') }];
    if (entry.verdict !== 'undecided') return [];
    return [{ level: 'warning', title, message: gateSentences(entry, 'undecided') }];
  });
}

function reportAnnotations(report: BenchReport): Annotation[] {
  const { suite, complete, baseline, warnings } = report;
  const about = (level: Level, ...message: string[]): Annotation => ({
    level,
    title: `approxtorch bench: ${suite.name}`,
    message,
  });
  const stale = baseline?.stale ?? [];
  const added = baseline?.added ?? [];
  return [
    ...(complete ? [] : [about('warning', 'The run was interrupted: entries are missing.')]),
    ...(stale.length > 0
      ? [about('warning', 'The baseline has entries without a match:', ...someNames(stale))]
      : []),
    ...warnings.map((warning) => about('warning', warning)),
    about('notice', outcomeWords[outcome(report)], ...summarySentences(report)),
    ...(added.length > 0 ? [about('notice', 'Not in the baseline:', ...someNames(added))] : []),
  ];
}

/** Annotations of one level, as many as are shown. */
function limited(annotations: readonly Annotation[]): readonly Annotation[] {
  if (annotations.length <= mostAnnotations) return annotations;
  const shown = annotations.slice(0, mostAnnotations - 1);
  const rest = annotations.length - shown.length;
  const message = [`There are ${rest} more like the ${shown.length} above; the report has them all.`];
  return [...shown, { level: annotations[0]!.level, title: `and ${rest} more`, message }];
}

function command({ level, title, message }: Annotation, file: string | null): string {
  const properties = [
    ...(file === null ? [] : [`file=${property(file)}`]),
    `title=${property(shorten(title, 200))}`,
  ];
  // The runner ends a command at a line break and takes %0A for one within.
  return `::${level} ${properties.join(',')}::${message.map((line) => data(shorten(line, longestLine))).join('%0A')}`;
}

/** The escapes that the runner undoes; line breaks from names are not kept. */
function data(text: string): string {
  return printable(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
