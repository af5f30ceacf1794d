/** Longer names are compared by their first characters only, to bound the work. */
const longest = 200;

/**
 * The candidates nearest to a mistyped name, best first: those within a third of the name's length in
 * Damerau-Levenshtein distance (at least 1), or that contain the name or are contained in it. Case is ignored.
 */
export function nearestNames(name: string, candidates: Iterable<string>, most = 3): string[] {
  const wanted = name.toLowerCase().slice(0, longest);
  const tolerance = Math.max(1, Math.floor(wanted.length / 3));
  const ranked: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    const other = candidate.toLowerCase().slice(0, longest);
    const contained =
      wanted.length > 2 && other.length > 2 && (other.includes(wanted) || wanted.includes(other));
    if (!contained && Math.abs(other.length - wanted.length) > tolerance) continue;
    const distance = editDistance(wanted, other);
    if (contained || distance <= tolerance) ranked.push({ candidate, distance });
  }
  ranked.sort((a, b) => a.distance - b.distance);
  return ranked.slice(0, most).map((entry) => entry.candidate);
}

/** Text to append to an error: `; did you mean "a" or "b"?`, or nothing where no name is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const names = nearestNames(name, candidates).map((candidate) => `"${candidate}"`);
  if (names.length === 0) return '';
  const last = names.pop()!;
  return `; did you mean ${names.length > 0 ? `${names.join(', ')} or ${last}` : last}?`;
}

/**
 * Damerau-Levenshtein distance in its restricted form (optimal string alignment): insertions, deletions,
 * substitutions and swaps of neighbours cost 1 each.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforeLast[j - 2]! + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
