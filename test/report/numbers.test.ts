import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  count,
  counted,
  dimensions,
  duration,
  fixed,
  metric,
  percent,
  rate,
  signed,
  significant,
  whole,
} from '../../src/report/numbers.js';
import { printable, shorten, wrap } from '../../src/report/printable.js';

test('numbers as people read them', () => {
  assert.equal(fixed(-0.001, 2), '0.00');
  assert.equal(fixed(-1.5, 1), '−1.5');
  assert.equal(fixed(Number.NEGATIVE_INFINITY, 1), '−∞');
  assert.equal(fixed(Number.NaN, 1), '–');
  assert.equal(percent(0.97275), '97.28');
  assert.equal(percent(null), '–');
  assert.equal(count(1234567), '1,234,567');
  assert.equal(count(999), '999');
  assert.equal(counted(1, 'thread'), '1 thread');
  assert.equal(counted(2, 'class', 'classes'), '2 classes');
  assert.equal(significant(51.32), '51.3');
  assert.equal(significant(1234.4), '1234');
  assert.equal(significant(-0.01234), '−0.0123');
  assert.equal(signed(51.32), '+51.3');
  assert.equal(signed(-0.5), '−0.500');
  assert.equal(signed(0), '0');
  assert.equal(whole(-12345), '−12,345');
  assert.equal(whole(2 ** 31), '2.15e+9');
  assert.equal(significant(0), '0');
  assert.equal(significant(1.5e-7), '1.50e-7');
  assert.equal(metric(640), '640');
  assert.equal(metric(999), '999');
  assert.equal(metric(999_600), '1.00 M');
  assert.equal(metric(40_812_544), '40.8 M');
  assert.equal(rate(4145.9), '4,146');
  assert.equal(rate(2.345), '2.35');
});

test('durations', () => {
  assert.equal(duration(0.4211), '0.42 s');
  assert.equal(duration(12.34), '12.3 s');
  assert.equal(duration(59.99), '1 min 00 s');
  assert.equal(duration(245), '4 min 05 s');
  assert.equal(duration(7980), '2 h 13 min');
});

test('shapes', () => {
  assert.equal(dimensions([16, 32, 32]), '16×32×32');
  assert.equal(dimensions(['N', '', 3]), 'N×?×3');
  assert.equal(dimensions([]), 'scalar');
});

test('names are shortened in the middle', () => {
  assert.equal(shorten('/layer1/conv1', 13), '/layer1/conv1');
  assert.equal(shorten('/layer1/layer1.0/conv1', 10), '/la…/conv1');
  assert.equal(shorten('abc', 1), '…');
});

test('text is wrapped at blanks, long words are cut', () => {
  assert.deepEqual(wrap('a bb ccc', 4), ['a bb', 'ccc']);
  assert.deepEqual(wrap('x abcdefgh', 4), ['x', 'abcd', 'efgh']);
  assert.deepEqual(wrap('', 4), ['']);
});

test('control characters are made visible', () => {
  assert.equal(printable('a\u001b[2Jb\nc\u202e'), 'a�[2Jb�c�');
});
