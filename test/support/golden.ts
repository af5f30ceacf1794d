import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApproximateModel, approximate } from '../../src/eval/approximate.js';
import { loadModel } from '../../src/eval/model.js';
import { createMultiplier } from '../../src/multiplier/create.js';
import { loadMultiplier } from '../../src/multiplier/load.js';
import type { Multiplier } from '../../src/multiplier/multiplier.js';
import type { Range } from '../../src/quant/qparams.js';
import { packagePath } from '../../src/util/paths.js';
import type { Golden, GoldenLayer } from '../reference/golden.js';
import { multiplierOf, samplesOf } from '../reference/sources.js';
import { sharedData } from './shared.js';

const goldens = packagePath('test', 'fixtures', 'goldens');
const folders = { goldens, data: sharedData() ?? '' };

export function readGolden(name: string): Golden {
  return JSON.parse(readFileSync(join(goldens, `${name}.json`), 'utf8')) as Golden;
}

/** A layer of a golden, and the one of the same output in the model under test. */
export interface GoldenPair {
  readonly expected: GoldenLayer;
  readonly actual: ApproximateModel['assignments'][number] & { readonly slot: number };
}

export interface GoldenModel {
  readonly model: ApproximateModel;
  readonly layers: readonly GoldenPair[];
}

/**
 * The model of a golden with its multiplier, options and ranges.
 * @param batch samples per run; a model with a fixed batch keeps its own
 */
export async function goldenModel(golden: Golden, batch: number): Promise<GoldenModel> {
  const { mode, activation, weight, padding, skip, ...bits } = golden.options;
  const model = await approximate(
    await loadModel(join(folders[golden.model.from], golden.model.file)),
    await multiplierOfGolden(golden),
    {
      qmethod: { mode, activation, weight },
      ...bits,
      padding: padding === 'skip' ? 'skip' : 'lookup',
      layers: skip.map((pattern) => ({ pattern, multiplier: 'float' as const })),
      batch,
    },
  );
  const layers = golden.layers.map((expected): GoldenPair => {
    const actual = model.assignments.find(({ layer }) => layer?.output === expected.output);
    if (actual === undefined || actual.slot === null)
      throw new Error(`${golden.name}: ${expected.node} is not approximated`);
    return { expected, actual };
  });
  const ranges = new Map<string, Range>();
  for (const { expected, actual } of layers) {
    if (expected.range !== undefined) ranges.set(actual.layer.input, expected.range);
  }
  return { model: { ...model, ranges }, layers };
}

/** Text tables are read by the code under test, all others come from the reference. */
async function multiplierOfGolden({ multiplier: spec, name }: Golden): Promise<Multiplier> {
  if (spec.kind === 'file' && spec.file.endsWith('.txt')) {
    return (await loadMultiplier(join(folders.data, spec.file), { type: 'int8', order: 'aw' })).multiplier;
  }
  const { activation, weight, bits, table } = multiplierOf(spec, folders).multiplier;
  return createMultiplier(name, activation, weight, bits, table);
}

/** float32 values of all samples that a golden was made from, one after the other. */
export function goldenInput(golden: Golden): Float32Array {
  const { data } = samplesOf(golden.input, 'test', golden.count, folders).batch(0, golden.count);
  return Float32Array.from(data as ArrayLike<number>);
}
