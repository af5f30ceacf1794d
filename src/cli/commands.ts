import type { CommandEntry } from './command_context.js';

/** All commands, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'eval',
    description: 'accuracy of a network under a multiplier',
    load: async () => (await import('./eval_command.js')).defineEval,
  },
  {
    name: 'finetune',
    description: 'retrain a network for a multiplier',
    load: async () => (await import('./finetune_command.js')).defineFinetune,
  },
  {
    name: 'lut',
    description: 'multiplier tables: read, measure, build, compare, picture',
    load: async () => (await import('./lut/lut_command.js')).defineLut,
  },
  {
    name: 'bench',
    description: 'all combinations of a suite: gates, baselines, reports',
    load: async () => (await import('./bench/bench_command.js')).defineBench,
  },
  {
    name: 'inspect',
    description: 'layers of a model, and what would be approximated',
    load: async () => (await import('./inspect_command.js')).defineInspect,
  },
  {
    name: 'doctor',
    description: 'versions, instruction sets, threads and CUDA of this machine',
    load: async () => (await import('./doctor_command.js')).defineDoctor,
  },
];
