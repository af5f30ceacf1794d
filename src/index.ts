/** The library that the command line is written on. See docs/library.md for an example. */
export type { Dataset, Preprocess, Samples, Split } from './data/dataset.js';
export { openDataset } from './data/open.js';
export { loadPreprocess } from './data/preprocess.js';
export type { ApproximateModel, QuantizationOptions } from './eval/approximate.js';
export { type AssignmentOptions, assignLayers, type LayerAssignment } from './eval/assignment.js';
export { inspectModel } from './eval/inspect.js';
export { type BoundModel, bindModel, loadModel, type Model } from './eval/model.js';
export { runEval } from './eval/run_eval.js';
export type { EvalHooks, EvalSettings } from './eval/settings.js';
export { createMultiplier, exactMultiplier } from './multiplier/create.js';
export { loadMultiplier } from './multiplier/load.js';
export { type ErrorMetrics, errorMetrics } from './multiplier/metrics.js';
export type { Multiplier, OperandType } from './multiplier/multiplier.js';
export type { QMethod, QParams, Range } from './quant/qparams.js';
export type { EvalReport } from './report/results.js';
export { UserError } from './util/errors.js';
