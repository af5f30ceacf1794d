import { isAbsolute, join, parse } from 'node:path';
import type {
  EntryRule,
  Suite,
  SuiteAssignment,
  SuiteFinetune,
  SuiteModel,
  SuiteMultiplier,
  SuiteQuantization,
} from '../../bench/suite/suite.js';
import { defaults } from '../../eval/defaults.js';
import { formatQMethod, parseQMethod } from '../../quant/qmethod.js';
import { UserError } from '../../util/errors.js';
import { globFiles, isGlob } from '../../util/glob_files.js';
import { toFinetuneSettings } from '../finetune_settings.js';
import type { GivenSuite } from './suite_schema.js';

/** Where a suite comes from. */
export interface SuiteOrigin {
  /** Where the suite itself has no name. */
  readonly name: string;
  readonly file: string | null;
  /** Relative paths start here. */
  readonly folder: string;
}

/**
 * A suite with its defaults, its paths resolved and its globs expanded.
 * @throws UserError where a glob fits no file, or two parts have the same name
 */
export async function toSuite(given: GivenSuite, origin: SuiteOrigin): Promise<Omit<Suite, 'sha256'>> {
  const paths = new Paths(origin.folder);
  const place = origin.file ?? 'the suite';
  const multipliers = (
    await Promise.all(given.multipliers.map((multiplier) => toMultipliers(multiplier, paths, place)))
  ).flat();
  const suite: Omit<Suite, 'sha256'> = {
    name: given.name ?? origin.name,
    file: origin.file,
    models: given.models.map((model) => toModel(model, given, paths)),
    multipliers,
    quantizations: (given.quantizations ?? [formatQMethod(defaults.qmethod)]).map(toQuantization),
    assignments: (given.assignments ?? ['all']).map((assignment) => toAssignment(assignment, paths)),
    seeds: given.seeds ?? [defaults.seed],
    include: given.include ?? [],
    exclude: given.exclude ?? [],
    baselines:
      given.baselines === undefined
        ? { float: true, exact: true }
        : { float: given.baselines.includes('float'), exact: given.baselines.includes('exact') },
    gates: given.gates ?? {},
    finetune: given.finetune === undefined ? null : toFinetune(given.finetune, paths),
    sensitivity: given.sensitivity ?? false,
    rules: (given.entries ?? []).map((rule): EntryRule => {
      const { match, gates, finetune, sensitivity } = rule;
      if (finetune === undefined) return { match, gates, sensitivity };
      return { match, gates, sensitivity, finetune: finetune === false ? null : toFinetune(finetune, paths) };
    }),
  };
  checkNames('models', suite.models, place);
  checkNames('multipliers', suite.multipliers, place);
  checkNames('quantizations', suite.quantizations, place);
  checkNames('assignments', suite.assignments, place);
  return suite;
}

/** Relative paths of a suite start from its folder. */
class Paths {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  resolve(path: string): string {
    return isAbsolute(path) || this.#folder === '.' ? path : join(this.#folder, path);
  }

  /** A table: `exact` and `float` are no files. */
  table(path: string): string {
    return path === 'exact' || path === 'float' ? path : this.resolve(path);
  }

  data(spec: string | undefined): string | undefined {
    return spec === undefined || spec.startsWith('synthetic-digits') ? spec : this.resolve(spec);
  }

  /** Presets are plain names; files have an extension or a folder. */
  preprocess(name: string | undefined): string | undefined {
    return name === undefined || !/[./\\]/.test(name) ? name : this.resolve(name);
  }
}

function toModel(given: GivenSuite['models'][number], common: GivenSuite, paths: Paths): SuiteModel {
  const own = typeof given === 'string' ? { file: given } : given;
  const { scale, mean, std, layout, resize, crop } = { ...common, ...own };
  const overrides = Object.fromEntries(
    Object.entries({ scale, mean, std, layout, resize, crop }).filter(([, value]) => value !== undefined),
  );
  const { data, split, limit, batch, preprocess } = { ...common, ...own };
  return {
    name: own.name ?? parse(own.file).name,
    file: paths.resolve(own.file),
    data: paths.data(data),
    split,
    limit,
    batch: batch === 'auto' ? undefined : batch,
    preprocess: paths.preprocess(preprocess),
    overrides,
  };
}

async function toMultipliers(
  given: GivenSuite['multipliers'][number],
  paths: Paths,
  place: string,
): Promise<SuiteMultiplier[]> {
  const { file, name, types, order, power } = typeof given === 'string' ? { file: given } : given;
  const pattern = paths.table(file);
  const files = isGlob(pattern) ? await globFiles(pattern) : [pattern];
  if (files.length === 0) throw new UserError(`${place}: multipliers: ${file} fits no file`);
  if (name !== undefined && files.length > 1) {
    throw new UserError(
      `${place}: multipliers: ${file} fits ${files.length} files, which cannot all be called ${name}`,
    );
  }
  return files.map((path) => ({
    name: name ?? parse(path).name,
    file: path,
    read: { type: types, order },
    power,
  }));
}

function toQuantization(given: NonNullable<GivenSuite['quantizations']>[number]): SuiteQuantization {
  const own = typeof given === 'string' ? { qmethod: given } : given;
  const qmethod = own.qmethod === undefined ? defaults.qmethod : parseQMethod(own.qmethod);
  const activationBits = own['activation-bits'] ?? defaults.bits;
  const weightBits = own['weight-bits'] ?? defaults.bits;
  const bits = activationBits === 8 && weightBits === 8 ? '' : ` a${activationBits} w${weightBits}`;
  return {
    name: own.name ?? `${formatQMethod(qmethod)}${bits}`,
    qmethod,
    activationBits,
    weightBits,
    fullRange: own['full-range'] ?? false,
    padding: own.padding ?? defaults.padding,
    calibrator: own.calibrator ?? defaults.calibrator,
    calibrate: own.calibrate ?? defaults.calibrate,
    ownRanges: own.calibrator === undefined && own.calibrate === undefined,
  };
}

function toAssignment(given: NonNullable<GivenSuite['assignments']>[number], paths: Paths): SuiteAssignment {
  const own = typeof given === 'string' ? { name: given } : given;
  return {
    name: own.name,
    skipFirst: own['skip-first'] ?? false,
    skipLast: own['skip-last'] ?? false,
    convOnly: own['conv-only'] ?? false,
    layers: Object.entries(own.layer ?? {}).map(([pattern, lut]) => ({ pattern, lut: paths.table(lut) })),
  };
}

function toFinetune(given: NonNullable<GivenSuite['finetune']>, paths: Paths): SuiteFinetune {
  const files = Object.fromEntries(
    (['gradient-activation', 'gradient-weight', 'teacher', 'calibration'] as const).flatMap((key) =>
      given[key] === undefined ? [] : [[key, paths.resolve(given[key])]],
    ),
  );
  // The rest is put in for each entry.
  const { gradient, loss, optimizer, schedule, calibrator, calibrate, calibration, ...more } =
    toFinetuneSettings({ ...given, ...files, model: 'model', lut: 'exact' });
  const { batch, accumulate, ema, epochs, valSplit, patience, limit, augment, trainOnly, biasOnly } = more;
  const { ranges, rangeMomentum, freezeRanges, batchNorm, init } = more;
  return {
    ...{ gradient, loss, optimizer, schedule, calibrator, calibrate, calibration },
    ...{ batch, accumulate, ema, epochs, valSplit, patience, limit, augment, trainOnly, biasOnly },
    ...{ ranges, rangeMomentum, freezeRanges, batchNorm, init },
  };
}

function checkNames(what: string, parts: readonly { readonly name: string }[], place: string): void {
  const seen = new Set<string>();
  for (const { name } of parts) {
    if (seen.has(name)) {
      throw new UserError(`${place}: two of the ${what} are called ${name}; give one another name`);
    }
    seen.add(name);
  }
}
