import type { BenchDataset, BenchModel } from '../report/bench/results.js';
import type { Group } from './group.js';
import type { ModelContext } from './model_context.js';

/** A model, for the report. */
export function describeModel({ suite, model, parameters }: ModelContext, { macs }: Group): BenchModel {
  return {
    name: suite.name,
    file: suite.file,
    sha256: model.sha256,
    parameters,
    macs: [...macs.values()].reduce((sum, count) => sum + count, 0),
  };
}

/** The images of a model, for the report: the same dataset is another one for a model that takes it in another way. */
export function describeDataset({ data, samples, bound }: ModelContext): BenchDataset {
  const { name, split } = data.dataset;
  return {
    name: `${name} ${split} ${samples.sha256.slice(0, 6)}`,
    spec: data.spec,
    split,
    samples: samples.count,
    classes: bound.output.classes,
    sha256: samples.sha256,
  };
}
