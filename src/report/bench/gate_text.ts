import { count, fixed, spanning } from '../numbers.js';
import type { BenchEntry, GateResult, Verdict } from './results.js';

/** In the terminal; the longest has four characters. */
export const verdictMarks: Readonly<Record<Verdict, string>> = { pass: 'pass', fail: 'FAIL', undecided: '?' };

/** ≥ 97 or ≤ 0.5: the limit as it was given. */
export function limitText({ gate, limit }: GateResult): string {
  return `${gate === 'minTop1' ? '≥' : '≤'} ${String(limit).replace('-', '−')}`;
}

/** How many images would decide an undecided gate; null where that is not known. */
export function imagesText({ imagesNeeded }: GateResult): string | null {
  return imagesNeeded === null || !Number.isFinite(imagesNeeded) ? null : count(imagesNeeded);
}

/** One gate in words: maxDrop.exact is 4.34 points (95 %: 4.04…4.64), the limit is ≤ 2. */
export function gateSentence(gate: GateResult): string {
  const unit = gate.gate === 'minTop1' ? '%' : 'points';
  const measured = `${gate.gate} is ${fixed(gate.actual, 2)} ${unit} (95 %: ${spanning(gate.interval)}), the limit is ${limitText(gate)}`;
  if (gate.verdict !== 'undecided') return measured;
  const images = imagesText(gate);
  return `${measured}: ${images === null ? 'undecided' : `about ${images} images would decide it`}`;
}

/** The gates of an entry with this verdict, in words. */
export function gateSentences({ gates }: BenchEntry, verdict: Verdict): string[] {
  return gates.filter((gate) => gate.verdict === verdict).map(gateSentence);
}

/** A gate that did not pass, with its entry. */
export interface OpenGate {
  readonly entry: BenchEntry;
  readonly gate: GateResult;
}

/** All gates that did not pass, failed ones first. */
export function openGates(entries: readonly BenchEntry[]): OpenGate[] {
  const all = entries.flatMap((entry) => entry.gates.map((gate) => ({ entry, gate })));
  return [
    ...all.filter(({ gate }) => gate.verdict === 'fail'),
    ...all.filter(({ gate }) => gate.verdict === 'undecided'),
  ];
}
