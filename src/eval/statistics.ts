/** Two-sided 95 % quantile of the standard normal distribution. */
const Z95 = 1.959963984540054;

/**
 * 95 % score interval of a proportion (E. B. Wilson, "Probable Inference, the Law of Succession, and
 * Statistical Inference", JASA 1927). [0, 1] where nothing was observed.
 */
export function wilsonInterval(successes: number, trials: number): [number, number] {
  if (trials === 0) return [0, 1];
  const p = successes / trials;
  const z2 = Z95 * Z95;
  const centre = (p + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (Z95 / (1 + z2 / trials)) * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials * trials));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/**
 * 95 % interval of the difference of two proportions on the same trials, first − second: Wald's interval with half a
 * trial added to each of the four cells (A. Agresti, Y. Min, "Simple improved confidence intervals for comparing matched
 * proportions", Statistics in Medicine 24, 2005). Within [−1, 1]; that where nothing was observed.
 * @param onlyFirst trials that only the first succeeded in
 */
export function pairedInterval(onlyFirst: number, onlySecond: number, trials: number): [number, number] {
  if (trials === 0) return [-1, 1];
  const n = trials + 2;
  const first = onlyFirst + 0.5;
  const second = onlySecond + 0.5;
  const centre = (first - second) / n;
  const half = (Z95 / n) * Math.sqrt(first + second - (first - second) ** 2 / n);
  return [Math.max(-1, centre - half), Math.min(1, centre + half)];
}

/**
 * 95 % interval of the difference of two proportions on different trials, first − second (R. G. Newcombe, "Interval
 * estimation for the difference between independent proportions", Statistics in Medicine 17, 1998, method 10).
 */
export function unpairedInterval(
  first: { readonly successes: number; readonly trials: number },
  second: { readonly successes: number; readonly trials: number },
): [number, number] {
  const p = first.trials === 0 ? 0.5 : first.successes / first.trials;
  const q = second.trials === 0 ? 0.5 : second.successes / second.trials;
  const [pLow, pHigh] = wilsonInterval(first.successes, first.trials);
  const [qLow, qHigh] = wilsonInterval(second.successes, second.trials);
  return [p - q - Math.hypot(p - pLow, qHigh - q), p - q + Math.hypot(pHigh - p, q - qLow)];
}

/** 95 % interval of a mean by the normal approximation, from the sums of the values and of their squares. */
export function meanInterval(sum: number, sumOfSquares: number, count: number): [number, number] {
  const mean = sum / count;
  const variance = count > 1 ? Math.max(0, (sumOfSquares - count * mean * mean) / (count - 1)) : 0;
  const half = Z95 * Math.sqrt(variance / count);
  return [mean - half, mean + half];
}

/**
 * Two-sided p of McNemar's exact test (Q. McNemar, Psychometrika 1947): how likely so uneven a split of the
 * discordant pairs is if both variants are equally accurate. Binomial(b + c, ½).
 * @param onlyFirst samples that only the first variant got right
 * @param onlySecond samples that only the second got right
 */
export function mcNemar(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // log of C(n, k) / 2^n, from k = 0 upwards.
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
