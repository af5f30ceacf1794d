import type { ErrorMetrics } from '../../multiplier/analysis/metrics.js';
import type { KnownMultiplierResult } from '../results.js';

/** Accuracy of one variant of a network. Fractions in 0…1, intervals 95 %. */
export interface BenchAccuracy {
  readonly correct: number;
  readonly top1: number;
  readonly top1Interval: readonly [number, number];
  /** null where there are fewer than 6 classes. */
  readonly top5: number | null;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** Which samples are right: a bit each, in their order, lowest bit first, base64. */
  readonly correctBits: string;
}

/** A network of the suite. */
export interface BenchModel {
  /** As the suite calls it; unique. */
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly parameters: number;
  /** Multiply-accumulates per sample. */
  readonly macs: number;
}

/** A multiplier of the suite. */
export interface BenchMultiplier {
  /** As the suite calls it; unique. */
  readonly name: string;
  /** Table file, or 'exact'. */
  readonly file: string;
  readonly sha256: string;
  readonly activation: string;
  readonly weight: string;
  readonly bits: number;
  readonly metrics: ErrorMetrics;
  readonly known: KnownMultiplierResult | null;
  /** Power of the circuit; null: not known. */
  readonly power: {
    readonly milliwatt: number;
    /** Over that of an exact multiplier; null: none is known. */
    readonly relative: number | null;
    readonly source: 'suite' | 'catalogue';
  } | null;
  /** Mean error of blocks of operand pairs, [size][size], activation then weight, operands ascending. */
  readonly errorMap: { readonly size: number; readonly means: readonly number[] };
}

/** A dataset that entries were evaluated on. */
export interface BenchDataset {
  readonly name: string;
  /** As the suite names it. */
  readonly spec: string;
  readonly split: string;
  readonly samples: number;
  readonly classes: number;
  /** SHA-256 of the evaluated samples and labels as they were read. */
  readonly sha256: string;
}

/** What a gate says: 'undecided': the interval contains the limit, more images are needed. */
export type Verdict = 'pass' | 'fail' | 'undecided';

/** One gate and what became of it. */
export interface GateResult {
  readonly gate: 'minTop1' | 'maxDrop.exact' | 'maxDrop.float' | 'maxDrop.baseline' | 'maxRegression';
  /** minTop1: percent; the others: percentage points. Likewise `actual` and its interval. */
  readonly limit: number;
  readonly actual: number;
  /** 95 % interval of `actual`. */
  readonly interval: readonly [number, number];
  readonly verdict: Verdict;
  /** For 'undecided': images that would decide it if the figure stayed; null otherwise. */
  readonly imagesNeeded: number | null;
}

/** An entry beside the baseline's. Fractions. */
export interface BaselineComparison {
  /** What the two have in common: 'content' (the same model, table, data and options), or 'name' alone. */
  readonly match: 'content' | 'name';
  readonly top1: number;
  /** Exact − approximate in the baseline; null: not known there. */
  readonly drop: number | null;
  /** top1 − baseline's, and its 95 % interval; on the same images where the samples are the same. */
  readonly change: number;
  readonly changeInterval: readonly [number, number];
}

/** One layer alone approximate, all others exact. Fractions. */
export interface LayerSensitivity {
  readonly layer: string;
  /** Multiply-accumulates per sample. */
  readonly macs: number;
  readonly top1: number;
  /** Exact − this, and its 95 % interval on the same images. */
  readonly drop: number;
  readonly dropInterval: readonly [number, number];
}

/** Noise that a layer adds. dB; 'inf': none. */
export interface LayerQuality {
  readonly layer: string;
  readonly op: string;
  readonly macs: number;
  /** Multiplier of the layer; null: it stayed float. */
  readonly multiplier: string | null;
  /** Against the exact multiplier on the same codes; null: not measured. */
  readonly sqnr: number | 'inf' | null;
  /** Against the float32 network. */
  readonly sqnrFloat: number | 'inf' | null;
}

/** One combination of the suite. */
export interface BenchEntry {
  /** Readable and unique in the suite, e.g. 'lenet · mul8s_1KVL', with quantization, assignment and seed where these vary. */
  readonly id: string;
  /** SHA-256 of everything that decides the result: model, tables, samples, options. null: it could not be determined. */
  readonly key: string | null;
  readonly model: string;
  readonly multiplier: string;
  readonly dataset: string;
  /** e.g. 'static,tensor,channel a8 w8'. */
  readonly quantization: string;
  /** Name of the assignment of multipliers to layers; 'all': every layer. */
  readonly assignment: string;
  readonly seed: number;
  readonly status: 'done' | 'failed';
  /** Why it failed, in one line; null where it did not. */
  readonly error: string | null;
  /** The result came from the cache. */
  readonly cached: boolean;
  readonly samples: number;
  /** null where it failed, or the baseline was left out. */
  readonly float: BenchAccuracy | null;
  readonly exact: BenchAccuracy | null;
  readonly approx: BenchAccuracy | null;
  /** After retraining; `approx` is then before it. null: not retrained. Gates hold for it where it is there. */
  readonly tuned: BenchAccuracy | null;
  /** Fractions; of `tuned` where it is there. null where a part is missing. */
  readonly drop: {
    readonly exact: number | null;
    readonly exactInterval: readonly [number, number] | null;
    readonly float: number | null;
    readonly floatInterval: readonly [number, number] | null;
  };
  /** McNemar's exact test of exact against approximate; null without the former. */
  readonly p: number | null;
  /** Power of all multiplications over that with the exact multiplier, by MACs, float layers left out; null: not known. */
  readonly relativePower: number | null;
  readonly layers: readonly LayerQuality[];
  /** null: not asked for. */
  readonly sensitivity: readonly LayerSensitivity[] | null;
  readonly baseline: BaselineComparison | null;
  readonly gates: readonly GateResult[];
  /** The worst of the gates; 'fail' where the entry failed; null: there is no gate. */
  readonly verdict: Verdict | null;
  /** Of its own computation. */
  readonly seconds: number;
}

/** The one document of `approxtorch bench`; a shard's has fewer entries. */
export interface BenchReport {
  readonly schemaVersion: 1;
  readonly command: 'bench';
  readonly version: string;
  readonly suite: {
    readonly name: string;
    /** null: made from flags. */
    readonly file: string | null;
    /** Of all entries' ids and options: reports with the same one can be merged. */
    readonly sha256: string;
    /** Entries of the whole suite. */
    readonly entries: number;
  };
  /** Which part of the suite this is; null: all of it. */
  readonly shard: { readonly index: number; readonly count: number } | null;
  /** false: the run was interrupted, entries are missing. */
  readonly complete: boolean;
  readonly environment: {
    readonly node: string;
    readonly platform: string;
    readonly cpu: string;
    readonly isa: string;
    readonly threads: number;
    readonly device: 'cpu' | 'cuda';
    /** e.g. 'cuda:0 NVIDIA H200'; several where they shared the work, none on the CPU. */
    readonly gpus: readonly string[];
  };
  readonly models: readonly BenchModel[];
  readonly multipliers: readonly BenchMultiplier[];
  readonly datasets: readonly BenchDataset[];
  readonly entries: readonly BenchEntry[];
  /** null: compared with none. */
  readonly baseline: {
    readonly file: string;
    /** Entries of the baseline that no entry of this suite matches. */
    readonly stale: readonly string[];
    /** Entries of this suite that the baseline lacks. */
    readonly added: readonly string[];
  } | null;
  readonly summary: {
    readonly done: number;
    readonly failed: number;
    readonly cached: number;
    /** Entries by verdict; those without gates are in none. */
    readonly pass: number;
    readonly fail: number;
    readonly undecided: number;
    /** Whole run, wall time. */
    readonly seconds: number;
  };
  readonly warnings: readonly string[];
}
