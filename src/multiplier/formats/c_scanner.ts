import { UserError } from '../../util/errors.js';

const BLANKS = /\s*/y;
/** Punctuation, or anything up to the next of it, a string or a comment. */
const TOKEN = /[{}[\]();,=/]|[^\s{}[\]();,="'/]+/y;
const IN_STRING = { '"': /["\\\n]/g, "'": /['\\\n]/g } as const;

/** Tokens of C source, without comments and without lines of the preprocessor. Time is linear in the source. */
export class CScanner {
  readonly #text: string;
  readonly #file: string;
  /** Position behind the last token. */
  #at: number;
  /** Whether nothing but comments came before it on its line. */
  #lineStart = true;

  /** @param at position to begin at */
  constructor(text: string, file: string, at = 0) {
    this.#text = text;
    this.#file = file;
    this.#at = at;
  }

  /** Position behind the last token. */
  get at(): number {
    return this.#at;
  }

  /** The next token; undefined at the end. Throws a UserError where a comment does not end. */
  next(): string | undefined {
    this.#skip();
    const first = this.#text[this.#at];
    if (first === undefined) return undefined;
    const start = this.#at;
    if (first === '"' || first === "'") {
      this.#at = this.#endOfString(first);
    } else {
      TOKEN.lastIndex = start;
      TOKEN.test(this.#text);
      this.#at = TOKEN.lastIndex;
    }
    this.#lineStart = false;
    return this.#text.slice(start, this.#at);
  }

  /** `file:line` of a position. */
  place(at = this.#at): string {
    let line = 1;
    for (let i = this.#text.indexOf('\n'); i >= 0 && i < at; i = this.#text.indexOf('\n', i + 1)) line++;
    return `${this.#file}:${line}`;
  }

  /** Moves past blanks, comments and lines of the preprocessor. */
  #skip(): void {
    for (;;) {
      BLANKS.lastIndex = this.#at;
      const blanks = BLANKS.exec(this.#text)![0];
      this.#lineStart ||= blanks.includes('\n');
      this.#at += blanks.length;
      if (this.#text.startsWith('/*', this.#at)) {
        const end = this.#text.indexOf('*/', this.#at + 2);
        if (end < 0) throw new UserError(`${this.place()}: the comment does not end, */ is missing`);
        this.#at = end + 2;
      } else if (
        this.#text.startsWith('//', this.#at) ||
        (this.#lineStart && this.#text.startsWith('#', this.#at))
      ) {
        this.#skipLine();
      } else {
        return;
      }
    }
  }

  /** Position behind a string or character, which ends with its line at the latest. */
  #endOfString(quote: '"' | "'"): number {
    const special = IN_STRING[quote];
    special.lastIndex = this.#at + 1;
    for (;;) {
      const found = special.exec(this.#text);
      if (found === null) return this.#text.length;
      if (found[0] !== '\\') return found[0] === quote ? special.lastIndex : found.index;
      special.lastIndex++;
    }
  }

  /** Moves to the end of the line, and of those that it continues on with a backslash. */
  #skipLine(): void {
    let end = this.#at;
    do {
      end = this.#text.indexOf('\n', end + 1);
      if (end < 0) end = this.#text.length;
    } while (end < this.#text.length && /\\\r?$/.test(this.#text.slice(end - 2, end)));
    this.#at = end;
  }
}
