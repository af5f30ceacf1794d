import type { DoctorOps } from '../report/doctor_results.js';
import type { Addon } from './addon.js';
import { cudaStatus } from './cuda.js';
import { nativeOperators } from './lower/operators.js';

/** What the engines can run, as they say it themselves: nothing where one does not load. */
export function engineOps(addon: Addon | null): DoctorOps {
  const cpu = new Set(addon?.opTypes() ?? []);
  const cuda = new Set(addon === null ? [] : cudaStatus().opTypes);
  const engines = (types: readonly string[]) => ({
    cpu: cpu.size > 0 && types.every((type) => cpu.has(type)),
    cuda: cuda.size > 0 && types.every((type) => cuda.has(type)),
  });
  const operators = nativeOperators();
  return {
    operators: operators.map(({ operator, ops, approximate }) => ({
      operator,
      ops,
      ...engines(ops),
      approximate: approximate.length === 0 ? null : { ops: approximate, ...engines(approximate) },
    })),
    ops: [...new Set([...cpu, ...cuda])].sort().map((type) => ({
      type,
      operators: operators.filter(({ ops }) => ops.includes(type)).map(({ operator }) => operator),
      ...engines([type]),
    })),
  };
}
