import { Chalk } from 'chalk';

/** How a report is written; `width` is that of the terminal, in characters. */
export interface TextOptions {
  readonly color: boolean;
  readonly width: number;
}

/** The few emphases that the reports use. */
export interface Style {
  /** What the reader came for. */
  strong(text: string): string;
  /** Headers, units and other company. */
  quiet(text: string): string;
  /** What limits the figures: partial, label-free, significant loss. */
  caution(text: string): string;
  /** What holds: a gate passed, a figure better than before. */
  good(text: string): string;
  /** What does not: a gate failed, a figure worse than before. */
  bad(text: string): string;
}

export function styleFor(options: TextOptions): Style {
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  return {
    strong: (text) => chalk.bold(text),
    quiet: (text) => chalk.dim(text),
    caution: (text) => chalk.yellow(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
  };
}

/** Reports are laid out for 80 to 140 columns. */
export function layoutWidth(options: TextOptions): number {
  return Math.min(140, Math.max(80, Math.floor(options.width)));
}
