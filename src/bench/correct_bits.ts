/** Which samples a variant got right: a bit each, in their order, lowest bit first. */
export function encodeBits(correct: readonly boolean[]): string {
  const bytes = new Uint8Array(Math.ceil(correct.length / 8));
  correct.forEach((right, i) => {
    if (right) bytes[i >> 3]! |= 1 << (i & 7);
  });
  return Buffer.from(bytes).toString('base64');
}

/** Samples that only the first, and that only the second got right. @param bits as `encodeBits` gives them */
export function discordant(first: string, second: string): { onlyFirst: number; onlySecond: number } {
  const a = Buffer.from(first, 'base64');
  const b = Buffer.from(second, 'base64');
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    onlyFirst += ones(a[i]! & ~b[i]!);
    onlySecond += ones(b[i]! & ~a[i]!);
  }
  return { onlyFirst, onlySecond };
}

/** How many bits are set. */
export function countOnes(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + ones(byte), 0);
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte & 0xff; rest !== 0; rest &= rest - 1) count++;
  return count;
}
