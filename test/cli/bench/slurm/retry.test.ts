import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stateName, verdictOn, verdictsOn } from '../../../../src/cli/bench/slurm/retry.js';

const open = (state: string | undefined, attempts: number, since: number) => ({
  task: 1,
  state,
  attempts,
  since,
});

describe('what becomes of a task without results', () => {
  test('one that may still end is waited for, however long', () => {
    for (const state of ['PENDING', 'RUNNING', 'COMPLETING', 'REQUEUED', 'SOMETHING_NEW']) {
      assert.equal(verdictOn(open(state, 3, 1e9), 100), 'wait');
    }
  });

  test('one that failed is submitted again at once, twice', () => {
    for (const state of ['FAILED', 'NODE_FAIL', 'OUT_OF_MEMORY', 'TIMEOUT', 'PREEMPTED']) {
      assert.equal(verdictOn(open(state, 1, 0), 100), 'retry');
      assert.equal(verdictOn(open(state, 2, 0), 100), 'retry');
      assert.equal(verdictOn(open(state, 3, 0), 100), 'give up');
    }
  });

  test('one that ended well, or is forgotten, gets time for its results', () => {
    for (const state of ['COMPLETED', undefined]) {
      assert.equal(verdictOn(open(state, 1, 99), 100), 'wait');
      assert.equal(verdictOn(open(state, 3, 99), 100), 'wait');
      assert.equal(verdictOn(open(state, 1, 100), 100), 'retry');
      assert.equal(verdictOn(open(state, 3, 100), 100), 'give up');
    }
  });

  test('one that was never submitted is', () => {
    assert.equal(verdictOn(open(undefined, 0, 100), 100), 'retry');
  });
});

describe('cancelled tasks', () => {
  const cancelled = (since: number) => open('CANCELLED', 1, since);
  const states = (...tasks: ReturnType<typeof open>[]) => verdictsOn(tasks, 100);

  test('a single one was killed: it is submitted again, when the next look shows the others', () => {
    assert.deepEqual(states(cancelled(0)), ['wait']);
    assert.deepEqual(states(cancelled(50)), ['retry']);
    assert.deepEqual(states(cancelled(0), open('RUNNING', 1, 0)), ['wait', 'wait']);
    assert.deepEqual(states(cancelled(50), open('PENDING', 1, 0)), ['retry', 'wait']);
    assert.deepEqual(states(cancelled(50), open('FAILED', 3, 0)), ['retry', 'give up']);
  });

  test('where all are, somebody wants no more', () => {
    assert.deepEqual(states(cancelled(0), cancelled(50)), ['give up', 'give up']);
    assert.deepEqual(states(cancelled(50), open('COMPLETING', 1, 0)), ['wait', 'wait']);
  });

  test('nothing open, no verdict', () => {
    assert.deepEqual(states(), []);
  });
});

test('states have names', () => {
  assert.deepEqual([undefined, 'COMPLETED', 'TIMEOUT'].map(stateName), [
    'not known to Slurm any more',
    'COMPLETED without results',
    'TIMEOUT',
  ]);
});
