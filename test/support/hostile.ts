import assert from 'node:assert/strict';
import type { Plan } from '../../src/engine/plan.js';
import { Random } from '../../src/util/random.js';
import { createTestPlan } from './engine.js';

const extremes: readonly unknown[] = [
  -1,
  -2,
  0,
  1,
  2,
  3,
  7,
  64,
  0.5,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 20,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 31),
  -(2 ** 53),
  1e300,
  5e-324,
  undefined,
  null,
  'relu',
  '',
  [],
  [1],
  [1, 1, 1, 1],
  {},
];

/** Every place of a plan where a number, a string or a list stands. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (ArrayBuffer.isView(value)) return [path];
  if (value === null || typeof value !== 'object') return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => places(item, [...path, key]))];
}

/** A copy of `value` with `by` at the place `path`. */
export function replaced(value: unknown, path: readonly (string | number)[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  Reflect.set(copy, key, replaced(Reflect.get(copy, key), rest, by));
  return copy;
}

/** Creates and runs; a plan that is refused must say so by an Error. Returns whether it ran. */
export async function survives(plan: unknown): Promise<boolean> {
  try {
    const built = createTestPlan(plan as Plan);
    const inputs = (plan as Plan).inputs.map((id) => {
      const { shape } = (plan as Plan).tensors[id]!;
      return new Float32Array(shape.reduce((a, b) => a * b, 1));
    });
    await built.run(inputs);
    return true;
  } catch (error) {
    assert.ok(error instanceof Error, String(error));
    assert.ok(error.message.length > 0 && !error.message.includes('\n'), error.message);
    return false;
  }
}

/**
 * Puts extreme values into one place of the plan, and into two: it must be refused by an Error or run.
 * Fails where hardly anything is refused.
 */
export async function assertSurvivesDamage(plan: Plan): Promise<void> {
  assert.ok(await survives(plan), 'the sound plan runs');
  const all = places(plan);
  const choice = new Random(1);
  let refused = 0;
  for (const path of all) {
    for (let i = 0; i < 6; i++) {
      const hostile = replaced(plan, path, extremes[choice.integer(extremes.length)]);
      if (!(await survives(hostile))) refused++;
      const second = all[choice.integer(all.length)]!;
      try {
        await survives(replaced(hostile, second, extremes[choice.integer(extremes.length)]));
      } catch (error) {
        // The second place may not exist any more.
        assert.ok(error instanceof TypeError, String(error));
      }
    }
  }
  assert.ok(refused > all.length, `${refused} refusals in ${all.length} places`);
}
