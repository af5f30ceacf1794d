import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slurmSettings, taskCount } from '../../../../src/cli/bench/slurm/settings.js';
import { userError } from '../../../support/errors.js';

const color = true;

describe('settings of a submission', () => {
  test('flags come before the suite', () => {
    const suite = { partition: 'a', account: 'b', gres: 'c', time: 5, 'array-limit': 6, cpus: 7 };
    assert.deepEqual(slurmSettings({ color }, suite), {
      ...{ partition: 'a', account: 'b', gres: 'c', time: '5', arrayLimit: 6, cpus: 7 },
    });
    const flags = {
      ...{ color, slurmPartition: 'A', slurmAccount: 'B', slurmGres: 'C', slurmTime: '1-0' },
      ...{ slurmArrayLimit: '60', slurmCpus: '70' },
    };
    assert.deepEqual(slurmSettings(flags, suite), {
      ...{ partition: 'A', account: 'B', gres: 'C', time: '1-0', arrayLimit: 60, cpus: 70 },
    });
  });

  test('a task has the processors that --threads asks for, else one', () => {
    assert.equal(slurmSettings({ color }, {}).cpus, 1);
    assert.equal(slurmSettings({ color, threads: '3' }, {}).cpus, 3);
    assert.equal(slurmSettings({ color, threads: '3' }, { cpus: 2 }).cpus, 2);
  });

  test('a task for each entry, up to 64', () => {
    assert.equal(taskCount({ color }, {}, 5), 5);
    assert.equal(taskCount({ color }, {}, 500), 64);
    assert.equal(taskCount({ color }, { tasks: 100 }, 500), 100);
    assert.equal(taskCount({ color, slurmTasks: '7' }, { tasks: 100 }, 500), 7);
    assert.equal(taskCount({ color, slurmTasks: '7' }, {}, 3), 3);
  });

  test('what is no number, or empty, is refused', () => {
    assert.throws(() => slurmSettings({ color, slurmCpus: 'many' }, {}), userError(/^--slurm-cpus: 'many'/));
    assert.throws(
      () => slurmSettings({ color, slurmArrayLimit: '0' }, {}),
      userError(/^--slurm-array-limit/),
    );
    assert.throws(() => taskCount({ color, slurmTasks: '1.5' }, {}, 9), userError(/^--slurm-tasks/));
    assert.throws(
      () => slurmSettings({ color, slurmPartition: '' }, {}),
      userError(/^--slurm-partition: is empty/),
    );
  });
});
