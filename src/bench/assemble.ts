import type { EngineOptions } from '../engine/device.js';
import { deviceResult } from '../eval/device_result.js';
import { mcNemar, pairedInterval } from '../eval/statistics.js';
import type { BenchAccuracy, BenchEntry, BenchReport } from '../report/bench/results.js';
import { packageVersion } from '../util/version.js';
import { Baseline } from './baseline.js';
import { discordant } from './correct_bits.js';
import { describeMultiplier } from './describe_multiplier.js';
import { gateResults, worstVerdict } from './gates.js';
import type { Measured, Outcome } from './measured.js';
import { type PoweredMultiplier, powerOfLayers } from './power.js';
import type { PlannedEntry } from './suite/expand.js';
import type { Suite } from './suite/suite.js';
import { summaryOf } from './summary.js';
import { uniqueByName } from './unique.js';

/** What a report says besides its entries. */
export interface ReportParts {
  readonly suite: Suite;
  /** Entries of the whole suite. */
  readonly planned: number;
  readonly shard: BenchReport['shard'];
  readonly complete: boolean;
  readonly engine: EngineOptions;
  readonly seconds: number;
  readonly baseline: { readonly report: BenchReport; readonly file: string } | undefined;
  /** Multipliers whose power the suite states, also those of other shards. */
  readonly powered: readonly PoweredMultiplier[];
  readonly warnings: readonly string[];
}

/** The report on what was measured. */
export function assembleReport(outcomes: readonly Outcome[], parts: ReportParts): BenchReport {
  const { suite, planned, shard, complete, engine, seconds, warnings } = parts;
  const { kind, gpus, isa, threads, cpu } = deviceResult(engine);
  const measured = outcomes.flatMap((outcome) => ('measured' in outcome ? [outcome] : []));
  const taking = measured.map(({ entry: { multiplier: suite }, measured: { multiplier } }) => {
    return { name: suite.name, suite, multiplier };
  });
  const baseline = parts.baseline && new Baseline(parts.baseline.report, parts.baseline.file);
  const entries = outcomes.map((outcome) => benchEntry(outcome, parts.powered, baseline));
  return {
    schemaVersion: 1,
    command: 'bench',
    version: packageVersion(),
    suite: { name: suite.name, file: suite.file, sha256: suite.sha256, entries: planned },
    shard,
    complete,
    environment: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      ...{ cpu, isa, threads, gpus },
      device: kind,
    },
    models: uniqueByName(measured.map(({ measured: { model } }) => model)),
    multipliers: uniqueByName(taking).map((one) => describeMultiplier(one, parts.powered)),
    datasets: uniqueByName(measured.map(({ measured: { dataset } }) => dataset)),
    entries,
    baseline: baseline?.result() ?? null,
    summary: summaryOf(entries, seconds),
    warnings,
  };
}

function benchEntry(
  outcome: Outcome,
  powered: readonly PoweredMultiplier[],
  stored: Baseline | undefined,
): BenchEntry {
  const { entry } = outcome;
  const measured = 'measured' in outcome ? outcome.measured : undefined;
  const accuracy = (measured?.tuned ?? measured?.approx)?.accuracy ?? null;
  const samples = measured?.approx.samples ?? 0;
  const drop = drops(accuracy, measured, samples);
  const baseline =
    stored?.compare({
      id: entry.id,
      key: measured?.key ?? null,
      accuracy,
      samples,
      dataset: measured?.dataset.sha256 ?? null,
    }) ?? null;
  const gates = gateResults(entry.gates, { accuracy, samples, drop, baseline });
  return {
    ...namesOf(entry),
    key: measured?.key ?? null,
    dataset: measured?.dataset.name ?? '',
    status: measured === undefined ? 'failed' : 'done',
    error: 'error' in outcome ? outcome.error : null,
    cached: measured?.cached ?? false,
    samples,
    float: measured?.float?.accuracy ?? null,
    exact: measured?.exact?.accuracy ?? null,
    approx: measured?.approx.accuracy ?? null,
    tuned: measured?.tuned?.accuracy ?? null,
    drop,
    p: pOf(accuracy, measured),
    relativePower: measured === undefined ? null : powerOfLayers(entry.multiplier, measured, powered),
    layers: measured === undefined ? [] : layersOf(entry, measured),
    sensitivity: measured === undefined ? null : sensitivityOf(measured, samples),
    baseline,
    gates,
    verdict: worstVerdict(measured === undefined, gates),
    seconds: measured?.seconds ?? 0,
  };
}

function namesOf({ id, model, multiplier, quantization, assignment, seed }: PlannedEntry) {
  return {
    id,
    model: model.name,
    multiplier: multiplier.name,
    quantization: quantization.name,
    assignment: assignment.name,
    seed,
  };
}

function drops(
  accuracy: BenchAccuracy | null,
  measured: Measured | undefined,
  samples: number,
): BenchEntry['drop'] {
  const against = (other: BenchAccuracy | undefined) => {
    if (accuracy === null || other === undefined) return [null, null] as const;
    const { onlyFirst, onlySecond } = discordant(other.correctBits, accuracy.correctBits);
    return [other.top1 - accuracy.top1, pairedInterval(onlyFirst, onlySecond, samples)] as const;
  };
  const [exact, exactInterval] = against(measured?.exact?.accuracy);
  const [float, floatInterval] = against(measured?.float?.accuracy);
  return { exact, exactInterval, float, floatInterval };
}

function pOf(accuracy: BenchAccuracy | null, measured: Measured | undefined): number | null {
  if (accuracy === null || measured?.exact == null) return null;
  const { onlyFirst, onlySecond } = discordant(measured.exact.accuracy.correctBits, accuracy.correctBits);
  return mcNemar(onlyFirst, onlySecond);
}

/** Its own multiplier has the name that the suite gives it, tables of single layers that of their files. */
function layersOf(entry: PlannedEntry, { noise, others, multiplier }: Measured): BenchEntry['layers'] {
  const names = new Map(others.map(({ sha256, name }) => [sha256, name]));
  names.set(multiplier.sha256, entry.multiplier.name);
  return noise.map(({ layer, op, macs, table, sqnr, sqnrFloat }) => ({
    layer,
    op,
    macs,
    multiplier: table === null ? null : (names.get(table) ?? null),
    sqnr,
    sqnrFloat,
  }));
}

function sensitivityOf({ sensitivity, exact }: Measured, samples: number): BenchEntry['sensitivity'] {
  if (sensitivity === null || exact === null) return null;
  return sensitivity.map(({ layer, macs, pass: { accuracy } }) => {
    const { onlyFirst, onlySecond } = discordant(exact.accuracy.correctBits, accuracy.correctBits);
    return {
      layer,
      macs,
      top1: accuracy.top1,
      drop: exact.accuracy.top1 - accuracy.top1,
      dropInterval: pairedInterval(onlyFirst, onlySecond, samples),
    };
  });
}
