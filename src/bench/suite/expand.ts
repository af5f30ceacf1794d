import { UserError } from '../../util/errors.js';
import { matchesGlob } from '../../util/glob.js';
import type {
  EntryPattern,
  EntryRule,
  Gates,
  Suite,
  SuiteAssignment,
  SuiteFinetune,
  SuiteModel,
  SuiteMultiplier,
  SuiteQuantization,
} from './suite.js';

/** One combination of a suite, with the options that hold for it. */
export interface PlannedEntry {
  /** Readable and unique: the names of what varies. */
  readonly id: string;
  readonly model: SuiteModel;
  readonly multiplier: SuiteMultiplier;
  readonly quantization: SuiteQuantization;
  readonly assignment: SuiteAssignment;
  readonly seed: number;
  readonly baselines: Suite['baselines'];
  readonly gates: Gates;
  readonly finetune: SuiteFinetune | null;
  readonly sensitivity: boolean;
}

/**
 * All entries of a suite: models outermost, multipliers innermost, so that neighbours share the most.
 * @throws UserError where none is left, two have the same id, or a pattern matches nothing
 */
export function expandSuite(suite: Suite): PlannedEntry[] {
  const all = suite.models.flatMap((model) =>
    suite.quantizations.flatMap((quantization) =>
      suite.assignments.flatMap((assignment) =>
        suite.seeds.flatMap((seed) =>
          suite.multipliers.map((multiplier) =>
            plan(suite, { model, multiplier, quantization, assignment, seed }),
          ),
        ),
      ),
    ),
  );
  const ids = new Set<string>();
  for (const { id } of all) {
    if (ids.has(id)) {
      throw new UserError(
        `${suite.file ?? 'the suite'}: two entries are called ${id}; give their models or multipliers other names`,
      );
    }
    ids.add(id);
  }
  for (const [setting, patterns] of [
    ['include', suite.include],
    ['exclude', suite.exclude],
    ['entries', suite.rules.map(({ match }) => match)],
  ] as const) {
    const idle = patterns.find((pattern) => !all.some((entry) => matches(pattern, entry)));
    if (idle !== undefined) {
      throw new UserError(
        `${suite.file ?? 'the suite'}: ${setting}: ${JSON.stringify(idle)} matches none of the ${all.length} combinations`,
      );
    }
  }
  const kept = all.filter(
    (entry) =>
      (suite.include.length === 0 || suite.include.some((pattern) => matches(pattern, entry))) &&
      !suite.exclude.some((pattern) => matches(pattern, entry)),
  );
  if (kept.length === 0)
    throw new UserError(`${suite.file ?? 'the suite'}: include and exclude leave no entry`);
  return kept;
}

type Parts = Pick<PlannedEntry, 'model' | 'multiplier' | 'quantization' | 'assignment' | 'seed'>;

function plan(suite: Suite, parts: Parts): PlannedEntry {
  const { model, multiplier, quantization, assignment, seed } = parts;
  const varying = [
    suite.quantizations.length > 1 ? quantization.name : '',
    suite.assignments.length > 1 ? assignment.name : '',
    suite.seeds.length > 1 ? `seed ${seed}` : '',
  ];
  const id = [model.name, multiplier.name, ...varying].filter((part) => part !== '').join(' · ');
  const { baselines, gates, finetune, sensitivity, rules } = suite;
  const options = { baselines, gates, finetune, sensitivity };
  return rules
    .filter(({ match }) => matches(match, parts))
    .reduce<PlannedEntry>(applyRule, { id, ...parts, ...options });
}

function applyRule(entry: PlannedEntry, rule: EntryRule): PlannedEntry {
  return {
    ...entry,
    gates: {
      ...entry.gates,
      ...rule.gates,
      ...(rule.gates?.maxDrop && { maxDrop: { ...entry.gates.maxDrop, ...rule.gates.maxDrop } }),
    },
    finetune: rule.finetune === undefined ? entry.finetune : rule.finetune,
    sensitivity: rule.sensitivity ?? entry.sensitivity,
  };
}

function matches(
  pattern: EntryPattern,
  { model, multiplier, quantization, assignment, seed }: Parts,
): boolean {
  const fits = (glob: string | undefined, name: string) => glob === undefined || matchesGlob(glob, name);
  return (
    fits(pattern.model, model.name) &&
    fits(pattern.multiplier, multiplier.name) &&
    fits(pattern.quantization, quantization.name) &&
    fits(pattern.assignment, assignment.name) &&
    (pattern.seed === undefined || pattern.seed === seed)
  );
}

/** Part `index` (from 1) of `count`: neighbours stay together, sizes differ by 1 at most. */
export function shardOf<T>(items: readonly T[], { index, count }: { index: number; count: number }): T[] {
  const from = Math.floor(((index - 1) * items.length) / count);
  const to = Math.floor((index * items.length) / count);
  return items.slice(from, to);
}
