/**
 * Seeded random numbers, the same on every machine: xoshiro128** (Blackman and Vigna, 2018) in 32-bit integer
 * arithmetic, seeded through a 32-bit mixer. Only +, −, × and ÷ touch the floats, which IEEE 754 fixes.
 */
export class Random {
  readonly #state = new Uint32Array(4);

  /**
   * @param seed a safe integer.
   * @param stream a safe integer; streams of one seed are independent, so that item `i` of a set can be generated alone.
   */
  constructor(seed: number, stream = 0) {
    let mixed = 0x9e3779b9;
    for (const value of [seed, stream]) {
      for (const word of [(value % 2 ** 32) | 0, Math.floor(value / 2 ** 32) | 0]) {
        mixed = mix(mixed ^ word) + 0x9e3779b9;
      }
    }
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e3779b9) | 0;
      this.#state[i] = mix(mixed);
    }
    // The all-zero state is the one that never leaves itself.
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }

  /** An integer in 0 … 2^32 − 1. */
  uint32(): number {
    const s = this.#state;
    const s1 = s[1]!;
    const scrambled = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    s[2]! ^= s[0]!;
    s[3]! ^= s1;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= s1 << 9;
    s[3] = rotateLeft(s[3]!, 11);
    return scrambled;
  }

  /** A uniform float in [0, 1), a multiple of 2^-32. */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** A uniform float in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A uniform integer in 0 … count − 1, without bias; 1 ≤ count ≤ 2^32. */
  integer(count: number): number {
    const limit = 2 ** 32 - (2 ** 32 % count);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % count;
  }

  /**
   * Close to the standard normal distribution: the sum of 12 uniforms − 6 (mean 0, variance 1, within ±6). The
   * usual methods need log, sin or cos, whose last bits differ between JavaScript engines.
   */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.uniform();
    return sum;
  }

  /** Puts `items` in random order, in place (Fisher and Yates), and returns it. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** The finalizer of MurmurHash3: every input bit changes every output bit with probability ½. */
function mix(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
