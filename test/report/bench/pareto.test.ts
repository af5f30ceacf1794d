import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { paretoFront, type Tradeoff } from '../../../src/report/bench/pareto.js';
import { Random } from '../../../src/util/random.js';

/** By the definition: compared with every other one. */
function undominated(choices: readonly Tradeoff[]): Tradeoff[] {
  return choices.filter(
    (one) =>
      !choices.some(
        (other) =>
          other.cost <= one.cost &&
          other.accuracy >= one.accuracy &&
          (other.cost < one.cost || other.accuracy > one.accuracy),
      ),
  );
}

const sorted = (choices: readonly Tradeoff[]) =>
  choices.map(({ cost, accuracy }) => `${cost} ${accuracy}`).sort();

describe('the Pareto front', () => {
  test('is what no other choice dominates, also among equal ones', () => {
    const random = new Random(1);
    for (let run = 0; run < 300; run++) {
      // Few values make many ties.
      const few = 2 + random.integer(6);
      const choices = Array.from({ length: random.integer(40) }, () => ({
        cost: random.integer(few),
        accuracy: random.integer(few),
      }));
      assert.deepEqual(sorted(paretoFront(choices)), sorted(undominated(choices)));
    }
  });

  test('ascends in cost and accuracy, and leaves the choices as they are', () => {
    const choices = [
      { name: 'c', cost: 3, accuracy: 0.9 },
      { name: 'a', cost: 1, accuracy: 0.5 },
      { name: 'worse', cost: 2, accuracy: 0.4 },
    ];
    assert.deepEqual(
      paretoFront(choices).map(({ name }) => name),
      ['a', 'c'],
    );
    assert.equal(choices[0]!.name, 'c');
    assert.deepEqual(paretoFront([]), []);
  });
});
