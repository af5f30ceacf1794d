import { UserError } from '../util/errors.js';
import type { QMethod } from './qparams.js';

const PARTS = [
  { what: 'mode', choices: ['static', 'dynamic'] },
  { what: 'activation granularity', choices: ['tensor', 'sample'] },
  { what: 'weight granularity', choices: ['tensor', 'channel'] },
] as const;

/**
 * Parses `MODE,ACTIVATION,WEIGHT`, e.g. `static,tensor,channel`. Throws a UserError that says which part is
 * wrong and what it may be; `sample` needs `dynamic` (a calibrated range belongs to no single image).
 */
export function parseQMethod(text: string): QMethod {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length !== PARTS.length) {
    throw new UserError(
      `qmethod '${text}' has ${parts.length} parts, expected three: static|dynamic,tensor|sample,tensor|channel`,
    );
  }
  PARTS.forEach(({ what, choices }, i) => {
    if (!(choices as readonly string[]).includes(parts[i]!)) {
      throw new UserError(
        `qmethod '${text}': the ${what} is '${parts[i]}', expected ${choices.join(' or ')}`,
      );
    }
  });
  const [mode, activation, weight] = parts as [QMethod['mode'], QMethod['activation'], QMethod['weight']];
  if (mode === 'static' && activation === 'sample') {
    throw new UserError(
      `qmethod '${text}': one range per sample needs ranges taken at run time; say dynamic,sample,${weight} or static,tensor,${weight}`,
    );
  }
  return { mode, activation, weight };
}

/** The text that `parseQMethod` reads. */
export function formatQMethod({ mode, activation, weight }: QMethod): string {
  return `${mode},${activation},${weight}`;
}
