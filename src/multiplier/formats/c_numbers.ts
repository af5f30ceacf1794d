/** An integer type of C, as arrays declare it. */
export interface CElement {
  /** As .npy names it: 'uint16'. */
  readonly name: string;
  /** A value as a variable of this type holds it. */
  readonly wrap: (value: number) => number;
}

const WORDS: Readonly<Record<string, number>> = { char: 8, short: 16, int: 32 };
const INTEGER = /^[+-]?(0x[0-9a-f]+|0b[01]+|0[0-7]*|[1-9]\d*)[ul]{0,3}$/i;
const FLOATING = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?f?$/i;
/** Longer tokens are no numbers that anybody writes. */
const LONGEST = 64;

/** The integer type of 8 to 32 bits that the words before an array's name declare; undefined for all others. */
export function cElement(words: readonly string[]): CElement | undefined {
  const fixed = words.map((word) => /^(u?)int(8|16|32)_t$/.exec(word)).find((match) => match !== null);
  if (fixed) return elementOf(fixed[1] === 'u', Number(fixed[2]));
  if (words.includes('long')) return undefined;
  const bits = words.includes('short') ? 16 : words.map((word) => WORDS[word]).find((width) => width);
  const unsigned = words.includes('unsigned');
  if (bits === undefined) return unsigned || words.includes('signed') ? elementOf(unsigned, 32) : undefined;
  return elementOf(unsigned, bits);
}

function elementOf(unsigned: boolean, bits: number): CElement {
  const modulus = 2 ** bits;
  return {
    name: `${unsigned ? 'uint' : 'int'}${bits}`,
    wrap(value) {
      if (!Number.isSafeInteger(value)) return value;
      const pattern = ((value % modulus) + modulus) % modulus;
      return unsigned || pattern < modulus / 2 ? pattern : pattern - modulus;
    },
  };
}

/** The value of a number in C source, or undefined where the token is none. */
export function cNumber(token: string, reals: boolean): number | undefined {
  if (token.length > LONGEST) return undefined;
  if (INTEGER.test(token)) {
    const negative = token.startsWith('-');
    const digits = token.replace(/^[+-]/, '').replace(/[ul]+$/i, '');
    const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
    return negative ? -value : value;
  }
  return reals && FLOATING.test(token) ? Number(token.replace(/f$/i, '')) : undefined;
}
