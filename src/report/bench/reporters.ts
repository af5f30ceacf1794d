import { renderJson } from '../json.js';
import type { TextOptions } from '../style.js';
import { renderBenchCsv } from './bench_csv.js';
import { renderBenchJunit } from './bench_junit.js';
import { renderBenchMarkdown, renderBenchSummary } from './bench_markdown.js';
import { renderBenchText } from './bench_text.js';
import { renderGithubAnnotations } from './github.js';
import type { BenchReport } from './results.js';
import { renderSmallerIsBetter } from './smaller_is_better.js';

/** Prints a report; what is not for a terminal makes no use of the options. */
export type BenchReporter = (report: BenchReport, options: TextOptions) => string | Promise<string>;

const reporters = {
  text: renderBenchText,
  json: renderJson,
  csv: renderBenchCsv,
  junit: renderBenchJunit,
  markdown: renderBenchMarkdown,
  // Drawing charts takes a library that nothing else needs.
  html: async (report) => (await import('./html/bench_html.js')).renderBenchHtml(report),
  github: renderGithubAnnotations,
  'github-summary': renderBenchSummary,
  'smaller-is-better': renderSmallerIsBetter,
} satisfies Readonly<Record<string, BenchReporter>>;

export type BenchReporterName = keyof typeof reporters;

/** All ways to print the report of a benchmark, by the name that the command line has for them. */
export const benchReporters: Readonly<Record<BenchReporterName, BenchReporter>> = reporters;
