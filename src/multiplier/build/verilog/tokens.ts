const TOKEN = new RegExp(
  [
    String.raw`\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)`, // comments
    '`\\w*', // directives that the preprocessor leaves, e.g. `timescale: their arguments stand outside of modules
    String.raw`"(?:[^"\\\n]|\\[^])*"`,
    String.raw`\(\*(?!\s*\))[^]*?\*\)`, // attributes; `(*)` is the sensitivity list of everything
    String.raw`\\\S+`, // escaped names
    String.raw`[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*`,
    String.raw`\S`,
  ].join('|'),
  'g',
);

/**
 * Splits preprocessed Verilog into names and single characters of punctuation and numbers. Comments, strings,
 * attributes and directives are left out. Escaped names keep their backslash.
 */
export function verilogTokens(preprocessed: string): string[] {
  const tokens: string[] = [];
  for (const [token] of preprocessed.matchAll(TOKEN)) {
    const skipped = /^(?:\/[/*]|`|"|\(\*)/.test(token);
    if (!skipped) tokens.push(token);
  }
  return tokens;
}

/** Whether a token is a name or a keyword. */
export function isName(token: string | undefined): token is string {
  return token !== undefined && /^[\\A-Za-z_\u0080-\uffff]/.test(token);
}

/** The name that a token spells: `\\mul8 ` is the same as `mul8`. */
export function plainName(token: string): string {
  return token.startsWith('\\') ? token.slice(1) : token;
}
