import type { Range } from '../qparams.js';
import { clipRange } from './calibrator.js';
import { HistogramCalibrator } from './histogram_calibrator.js';

/** Most bins of magnitudes that the search looks at; its time grows with their square. */
const MOST_BINS = 2048;

/**
 * The magnitude threshold whose quantized distribution diverges least (Kullback-Leibler) from the observed one,
 * as TensorRT calibrates (S. Migacz, "8-bit Inference with TensorRT", GTC 2017). The levels are the codes on one
 * side of zero: 2^(b−1), or 2^b for uint8 and values of one sign.
 */
export class EntropyCalibrator extends HistogramCalibrator {
  override range(): Range {
    const { range } = this.histogram;
    const { type, bits } = this.options;
    const oneSided = range.min === 0 || range.max === 0;
    const levels = 2 ** (type === 'uint8' && oneSided ? bits : bits - 1);
    let counts = this.histogram.magnitudes();
    let { width } = this.histogram;
    while (counts.length > MOST_BINS) {
      counts = mergePairs(counts);
      width *= 2;
    }
    return clipRange(range, width * leastDivergent(counts, levels));
  }
}

function mergePairs(counts: Float64Array): Float64Array {
  return Float64Array.from(
    { length: Math.ceil(counts.length / 2) },
    (_, i) => counts[2 * i]! + (counts[2 * i + 1] ?? 0),
  );
}

/**
 * How many of the bins to keep. For each number n of bins: P is the observed distribution with everything beyond
 * added to bin n − 1; Q is what `levels` levels keep of the first n bins, each level spread over its nonzero bins.
 * Of equals the widest. Empty bins are no thresholds, so Q is nowhere 0 where P is not.
 */
export function leastDivergent(counts: Float64Array, levels: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let kept = counts.length;
  let least = Number.POSITIVE_INFINITY;
  let inside = 0;
  for (let n = 1; n <= counts.length; n++) {
    inside += counts[n - 1]!;
    if (n < levels || counts[n - 1] === 0) continue;
    const divergence = divergenceOf(counts, n, levels, total, inside);
    if (divergence <= least) {
      least = divergence;
      kept = n;
    }
  }
  return kept;
}

/** KL(P‖Q) = Σ P·ln(P/Q) in nats, for the first n bins; `inside` is their sum. */
function divergenceOf(
  counts: Float64Array,
  n: number,
  levels: number,
  total: number,
  inside: number,
): number {
  let divergence = 0;
  for (let level = 0; level < levels; level++) {
    const start = Math.floor((level * n) / levels);
    const end = Math.floor(((level + 1) * n) / levels);
    let sum = 0;
    let nonzero = 0;
    for (let i = start; i < end; i++) {
      sum += counts[i]!;
      if (counts[i] !== 0) nonzero++;
    }
    if (nonzero === 0) continue;
    const logQ = Math.log(sum / nonzero / inside);
    for (let i = start; i < end; i++) {
      const count = i === n - 1 ? counts[i]! + total - inside : counts[i]!;
      if (count !== 0) divergence += (count / total) * (Math.log(count / total) - logQ);
    }
  }
  return divergence;
}
