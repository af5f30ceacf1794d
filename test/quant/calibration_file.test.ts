import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Calibration, loadCalibration, saveCalibration } from '../../src/quant/calibration_file.js';
import { userError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
const calibration: Calibration = {
  modelSha256: '0123456789abcdef'.repeat(4),
  calibrator: 'entropy',
  samples: 512,
  ranges: new Map([
    ['/conv1/Conv_output_0', { min: -1.5, max: Math.fround(2.7) }],
    ['constructor', { min: 0, max: 1e-30 }],
    ['', { min: -3e38, max: 0 }],
  ]),
};

describe('calibration files', () => {
  test('what is saved is loaded', async () => {
    const path = join(folder, 'calibration.json');
    await saveCalibration(path, calibration);
    assert.deepEqual(await loadCalibration(path), calibration);
  });

  test('everything else is refused with file and field', async () => {
    const good = {
      schemaVersion: 1,
      modelSha256: calibration.modelSha256,
      calibrator: 'minmax',
      samples: 3,
      ranges: { x: { min: -1, max: 1 } },
    };
    const cases: [unknown, RegExp][] = [
      ['{ "schemaVersion": 1, ', /not JSON/],
      ['', /not JSON/],
      ['[]', /not a calibration/],
      ['null', /not a calibration/],
      [{ ...good, schemaVersion: 2 }, /'schemaVersion'/],
      [{ ...good, modelSha256: 'abc' }, /'modelSha256'.*64 hexadecimal/],
      [{ ...good, calibrator: 'guess' }, /'calibrator'/],
      [{ ...good, samples: 1.5 }, /'samples'/],
      [{ ...good, ranges: { x: { min: 1, max: 2 } } }, /'ranges\.x\.min'/],
      [{ ...good, ranges: { x: { min: -1, max: null } } }, /'ranges\.x\.max'/],
      [{ ...good, ranges: [] }, /'ranges'/],
      [JSON.stringify(good).replace('"max":1', '"max":1e999'), /'ranges\.x\.max'/],
      [{ ...good, extra: 1 }, /extra/],
      [{ ...good, ranges: { 'a\nb': {} } }, /'ranges\.a b\.min'/],
    ];
    const path = join(folder, 'bad.json');
    for (const [content, pattern] of cases) {
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      await assert.rejects(loadCalibration(path), userError(/bad\.json: /, pattern));
    }
    await assert.rejects(loadCalibration(join(folder, 'missing.json')), userError(/no such file/));
  });
});
