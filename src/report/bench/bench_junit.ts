import { type Attributes, attributesOf, textOf } from '../markup.js';
import { fixed, percent, percentInterval } from '../numbers.js';
import {
  changeText,
  failureText,
  finalAccuracy,
  pointsInterval,
  powerText,
  tuningText,
} from './entry_figures.js';
import { gateSentence, gateSentences } from './gate_text.js';
import type { BenchEntry, BenchReport } from './results.js';

/**
 * The report as JUnit XML, in the part of that format that Jenkins, GitLab and Surefire have in common: a test suite
 * for each model, dataset and quantization, with properties; a test case for each entry. An entry that failed is an
 * error, one with a failed gate a failure, one with an undecided gate is skipped. The figures are the case's output,
 * since not every reader takes properties of a case.
 */
export function renderBenchJunit(report: BenchReport): string {
  const groups = new Map<string, BenchEntry[]>();
  for (const entry of report.entries) {
    const key = JSON.stringify([entry.model, entry.dataset, entry.quantization]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  const { skipped: _, ...totals } = tally(report.entries);
  const suites = [...groups.values()].map((group) => suiteElement(report, group));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: report.suite.name, ...totals }, suites)}\n`;
}

/** An element with each of its children on lines of their own. */
function element(name: string, attributes: Attributes, children: readonly string[]): string {
  const start = `<${name}${attributesOf(attributes)}`;
  return children.length === 0 ? `${start}/>` : `${start}>\n${children.join('\n')}\n</${name}>`;
}

/** The attributes that a suite counts its cases in. Numbers as text: the markup would round them. */
function tally(entries: readonly BenchEntry[]) {
  const outcomes = entries.map(caseOutcome);
  const number = (wanted: string) => String(outcomes.filter((outcome) => outcome === wanted).length);
  return {
    tests: String(entries.length),
    failures: number('failure'),
    errors: number('error'),
    skipped: number('skipped'),
    time: time(entries.reduce((sum, { seconds }) => sum + seconds, 0)),
  };
}

function time(seconds: number): string {
  return seconds.toFixed(3);
}

function caseOutcome({ status, verdict }: BenchEntry): 'error' | 'failure' | 'skipped' | 'passed' {
  if (status === 'failed') return 'error';
  return verdict === 'fail' ? 'failure' : verdict === 'undecided' ? 'skipped' : 'passed';
}

function suiteElement(report: BenchReport, entries: readonly BenchEntry[]): string {
  const { model, dataset, quantization } = entries[0]!;
  const name = `${model} · ${dataset} · ${quantization}`;
  return element('testsuite', { name, ...tally(entries) }, [
    propertiesElement(report, entries[0]!),
    ...entries.map((entry) => caseElement(report, entry)),
  ]);
}

function propertiesElement(report: BenchReport, { model, dataset, quantization }: BenchEntry): string {
  const { version, suite, shard, baseline, environment } = report;
  const network = report.models.find(({ name }) => name === model);
  const data = report.datasets.find(({ name }) => name === dataset);
  const properties: Readonly<Record<string, string | number | undefined>> = {
    'approxtorch.version': version,
    'suite.sha256': suite.sha256,
    shard: shard === null ? undefined : `${shard.index}/${shard.count}`,
    'model.file': network?.file,
    'model.sha256': network?.sha256,
    'model.parameters': network?.parameters,
    'model.macs': network?.macs,
    'dataset.spec': data?.spec,
    'dataset.split': data?.split,
    'dataset.sha256': data?.sha256,
    quantization,
    'baseline.file': baseline?.file,
    'environment.cpu': environment.cpu,
    'environment.isa': environment.isa,
    'environment.device': environment.device,
    'environment.gpus': environment.gpus.length > 0 ? environment.gpus.join(', ') : undefined,
  };
  const children = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => element('property', { name, value: String(value) }, []));
  return element('properties', {}, children);
}

function caseElement(report: BenchReport, entry: BenchEntry): string {
  // Readers take dots for the borders of packages.
  const word = (text: string) => text.replaceAll('.', '_');
  const attributes = {
    classname: `${word(report.suite.name)}.${word(entry.model)}`,
    name: entry.id,
    time: time(entry.seconds),
  };
  const result = resultElement(entry);
  return element('testcase', attributes, [
    ...(result === null ? [] : [result]),
    `<system-out>${figures(report, entry).map(textOf).join('\n')}</system-out>`,
  ]);
}

/** Why the case did not pass; readers take no more than one element. */
function resultElement(entry: BenchEntry): string | null {
  const outcome = caseOutcome(entry);
  if (outcome === 'passed') return null;
  if (outcome === 'error') {
    return element('error', { type: 'entry', message: failureText(entry) }, []);
  }
  if (outcome === 'skipped') {
    return element('skipped', { message: gateSentences(entry, 'undecided').join('; ') }, []);
  }
  const type = entry.gates.find(({ verdict }) => verdict === 'fail')?.gate ?? 'gate';
  return element('failure', { type, message: gateSentences(entry, 'fail').join('; ') }, []);
}

/** Lines for people who look at a case. */
function figures(report: BenchReport, entry: BenchEntry): string[] {
  const { drop, samples, gates, float, exact } = entry;
  const final = finalAccuracy(entry);
  const tuning = tuningText(entry);
  if (final === null) return ['no figures'];
  return [
    `top-1 ${percent(final.top1)} % (95 %: ${percentInterval(final.top1Interval)}) of ${samples} samples`,
    `loss ${fixed(final.loss, 4)}`,
    ...(tuning === null ? [] : [tuning]),
    ...(exact === null
      ? []
      : [
          `exact ${percent(exact.top1)} %, drop ${percent(drop.exact)} points (${pointsInterval(drop.exactInterval)})`,
        ]),
    ...(float === null
      ? []
      : [
          `float ${percent(float.top1)} %, drop ${percent(drop.float)} points (${pointsInterval(drop.floatInterval)})`,
        ]),
    ...(report.baseline === null ? [] : [`change against the baseline ${changeText(entry)}`]),
    ...(entry.relativePower === null ? [] : [`power ${powerText(entry)} % of exact`]),
    ...gates.map((gate) => `${gate.verdict}: ${gateSentence(gate)}`),
  ];
}
