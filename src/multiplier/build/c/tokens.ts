/** Tokens of preprocessed C that a system header did not bring in. */
const TOKEN =
  /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*|\.?\d[\w.]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\.{3}|[^\s]/g;
/** `# 12 "file" 1 3`, as the preprocessor tells where the following lines come from; 3: from a system header. */
const LINE_MARKER = /^#(?:line)? *\d+ "(?:[^"\\]|\\.)*"((?: \d)*)/;

/**
 * Splits the output of a C preprocessor into tokens: names, numbers, literals, `...`, and single characters of
 * punctuation. What system headers hold is left out, as are directives such as #pragma.
 */
export function cTokens(preprocessed: string): string[] {
  const tokens: string[] = [];
  let own = true;
  for (const line of preprocessed.split('\n')) {
    if (line.startsWith('#')) {
      const flags = LINE_MARKER.exec(line)?.[1];
      if (flags !== undefined) own = !flags.includes('3');
    } else if (own) {
      for (const [token] of line.matchAll(TOKEN)) tokens.push(token);
    }
  }
  return tokens;
}

const CLOSES: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

/** Index of the bracket that closes the one at `open`; the number of tokens where none does. */
export function closing(tokens: readonly string[], open: number): number {
  const opener = tokens[open]!;
  const closer = CLOSES.get(opener);
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i] === opener) depth++;
    else if (tokens[i] === closer && --depth === 0) return i;
  }
  return tokens.length;
}

/** Splits at the commas that stand in no brackets. */
export function splitAtCommas(tokens: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (CLOSES.has(token)) depth++;
    else if (token === ')' || token === ']' || token === '}') depth--;
    if (token === ',' && depth === 0) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts;
}
