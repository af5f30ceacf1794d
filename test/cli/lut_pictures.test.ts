import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { packagePath } from '../../src/util/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const drum = packagePath('luts', 'drum2_int8.txt');
const path = (name: string) => join(folder, name);

describe('approxtorch lut plot', () => {
  test('writes SVG, PNG and a page', async () => {
    for (const name of ['drum.svg', 'drum.png', 'drum.html']) {
      const { stdout, stderr, code } = await approxtorch(['lut', 'plot', drum, '-o', path(name)]);
      assert.equal(stderr, '');
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`pictured\\s+in\\s+\\S*${name}\\s+\\([\\d,]+\\s+bytes\\)`));
    }
    assert.match(readFileSync(path('drum.svg'), 'utf8'), /^<svg .*drum2_int8/s);
    const { width, height, format } = await sharp(path('drum.png')).metadata();
    assert.deepEqual([width, format], [1600, 'png']);
    assert.ok(height! > 1000);
    assert.match(readFileSync(path('drum.html'), 'utf8'), /^<!doctype html>/i);
  });

  test('gives one document to scripts', async () => {
    const { stdout } = await approxtorch(['lut', 'plot', drum, '-o', path('a.svg'), '--format', 'json']);
    const { command, output, sha256 } = JSON.parse(stdout);
    assert.equal(command, 'lut plot');
    assert.deepEqual(output, {
      file: path('a.svg'),
      format: 'svg',
      bytes: readFileSync(path('a.svg')).length,
    });
    assert.equal(sha256.length, 64);
  });

  for (const [what, args, message] of [
    ['no output', [drum], /required option '-o, --output <file>'/],
    ['another format', [drum, '-o', 'x.gif'], /x\.gif: the extension names no picture, expected \.svg/],
    ['no table', [packagePath('LICENSE'), '-o', path('x.svg')], /LICENSE:\d+: expected an integer/],
    ['a folder that is not there', [drum, '-o', path('none/x.svg')], /the folder .*none does not exist/],
  ] as const) {
    test(`${what} is refused`, async () => {
      const { stderr, code } = await approxtorch(['lut', 'plot', ...args]);
      assert.match(stderr, message);
      assert.equal(code, 2);
    });
  }
});

describe('approxtorch lut gallery', () => {
  test('shows the tables of a folder, and what could not be read', async () => {
    const tables = path('tables');
    mkdirSync(tables);
    writeFileSync(join(tables, 'one.txt'), readFileSync(drum));
    writeFileSync(join(tables, '<script>alert(1)<.txt'), readFileSync(drum));
    writeFileSync(join(tables, 'broken.txt'), 'no table');
    const { stdout, stderr, code } = await approxtorch(['lut', 'gallery', tables, '-o', path('index.html')]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, /broken\.txt:1: expected an integer/);
    assert.match(stdout, /2 tables in .*index\.html/);
    const page = readFileSync(path('index.html'), 'utf8');
    assert.doesNotMatch(page, /<script>alert/);
    assert.match(page, /drum2_int8/);
    assert.match(page, /broken\.txt/);
  });

  test('a folder without tables is refused', async () => {
    mkdirSync(path('empty'));
    const { stderr, code } = await approxtorch(['lut', 'gallery', path('empty'), '-o', path('i.html')]);
    assert.match(stderr, /empty: holds no tables/);
    assert.equal(code, 2);
  });
});
