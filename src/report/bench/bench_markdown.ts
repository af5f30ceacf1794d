import { printable, shorten } from '../printable.js';
import { detailSections } from './detail_markdown.js';
import { code, fitSections, type MarkdownSection } from './markdown.js';
import { nextSteps, outcome, outcomeWords, summarySentences } from './outcome.js';
import { resultSections } from './result_markdown.js';
import type { BenchReport } from './results.js';

/** What GitHub takes: characters of a comment, bytes of a job's summary. */
const commentCharacters = 65_536;
const summaryBytes = 1024 * 1024;

/** The first line of the comment, by which a workflow finds it again; it is not shown. */
export function commentMarker(suiteName: string): string {
  // Nothing but > can end an HTML comment.
  return `<!-- approxtorch bench: ${shorten(printable(suiteName), 200).replaceAll('>', '&gt;')} -->`;
}

/** A comment for a pull request: verdict, what did not pass, all results, changes, details to unfold. */
export function renderBenchMarkdown(report: BenchReport): string {
  // Characters outside of the BMP count twice here, which is on the safe side.
  return fitSections(sections(report), commentCharacters, (text) => text.length);
}

/** The same for the file that $GITHUB_STEP_SUMMARY names, which takes more. */
export function renderBenchSummary(report: BenchReport): string {
  return fitSections(sections(report), summaryBytes, (text) => Buffer.byteLength(text));
}

function sections(report: BenchReport): MarkdownSection[] {
  return [verdictSection(report), ...resultSections(report), ...detailSections(report)];
}

function verdictSection(report: BenchReport): MarkdownSection {
  const { suite, complete } = report;
  const steps = nextSteps(report);
  return {
    head: [
      commentMarker(suite.name),
      `## ${outcomeWords[outcome(report)]}: approxtorch bench ${code(suite.name)}`,
      '',
      ...(complete ? [] : ['**The run was interrupted: entries are missing.**', '']),
      summarySentences(report).join(' '),
      ...(steps.length > 0 ? ['', ...steps.map((step) => `- ${step}`)] : []),
    ],
    rows: [],
    tail: [],
  };
}
