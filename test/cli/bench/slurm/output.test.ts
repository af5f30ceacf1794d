import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  complaint,
  isEnded,
  isOutage,
  isUnconfigured,
  parseAccounting,
  parseQueue,
  parseSubmission,
} from '../../../../src/cli/bench/slurm/output.js';

describe('what sbatch prints', () => {
  test('the number of the job, with a cluster or without', () => {
    assert.equal(parseSubmission('4711\n'), '4711');
    assert.equal(parseSubmission('4711;alpha\n'), '4711');
    assert.equal(parseSubmission('welcome to alpha\n4711\n'), '4711');
  });

  test('no number is none', () => {
    for (const text of ['', 'Submitted batch job 4711\n', '4711x\n', '-1\n', '4711_2\n']) {
      assert.equal(parseSubmission(text), undefined, text);
    }
  });
});

describe('what squeue prints', () => {
  test('a task a line; other jobs and other lines are none', () => {
    const text =
      '12|3|RUNNING|None\n 12|4|PENDING|(Resources|x)\n13|N/A|RUNNING|None\nJOBID|a\n12|5||\n\n12|6-9|PENDING|\n';
    assert.deepEqual(parseQueue(text), [
      { job: '12', task: 3, state: 'RUNNING', reason: 'None' },
      { job: '12', task: 4, state: 'PENDING', reason: '(Resources|x)' },
    ]);
  });
});

describe('what sacct prints', () => {
  test('tasks without steps, states as one word', () => {
    const text =
      '12_1|COMPLETED\n12_1.batch|COMPLETED\n12_2|CANCELLED by 1000\n12_[4-6%2]|PENDING\n12|FAILED\n12_3|OUT_OF_ME+\n';
    assert.deepEqual(
      parseAccounting(text).map(({ job, task, state }) => [job, task, state]),
      [
        ['12', 1, 'COMPLETED'],
        ['12', 2, 'CANCELLED'],
        ['12', 3, 'OUT_OF_ME'],
      ],
    );
  });
});

test('a state that no one knows may still end', () => {
  for (const state of ['PENDING', 'RUNNING', 'COMPLETING', 'REQUEUED', 'SUSPENDED', 'POWER_UP_NODE', 'NEW']) {
    assert.equal(isEnded(state), false, state);
  }
  for (const state of [
    'COMPLETED',
    'FAILED',
    'TIMEOUT',
    'OUT_OF_MEMORY',
    'NODE_FAIL',
    'CANCELLED',
    'PREEMPTED',
  ]) {
    assert.equal(isEnded(state), true, state);
  }
});

describe('complaints', () => {
  const partition =
    'sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified\n';
  const account =
    'sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified\n';
  const connect = 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n';
  const config =
    'sbatch: error: fetch_config: DNS SRV lookup failed\nsbatch: fatal: Could not establish a configuration source\n';

  test('are one line without the name of the tool', () => {
    assert.equal(
      complaint(partition),
      'invalid partition specified: nope; Batch job submission failed: Invalid partition name specified',
    );
    assert.equal(complaint(connect), 'Unable to contact slurm controller (connect failure)');
    assert.equal(complaint('a\na\n'), 'a');
    assert.equal(complaint('\n'), 'it said nothing');
  });

  test('an outage is neither a refusal nor a machine without a cluster', () => {
    const timeout = 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation\n';
    const munge = 'squeue: error: If munged is up, restart with --num-threads=10\n';
    const texts = [partition, account, connect, timeout, munge, config];
    assert.deepEqual(texts.map(isOutage), [false, false, true, true, true, false]);
    assert.deepEqual(texts.map(isUnconfigured), [false, false, false, false, false, true]);
  });
});
