import assert from 'node:assert/strict';
import { test } from 'node:test';
import { styleFor } from '../../src/report/style.js';
import { type Column, table } from '../../src/report/table.js';

type Row = { name: string; size: number };
const style = styleFor({ color: false, width: 80 });
const columns: Column<Row>[] = [
  { header: 'name', cell: ({ name }) => name, shrinkTo: 6 },
  { header: 'size', align: 'right', cell: ({ size }) => String(size) },
  { header: 'twice', align: 'right', dispensable: 1, cell: ({ size }) => String(2 * size) },
];
const rows: Row[] = [
  { name: 'a', size: 5 },
  { name: 'abcdefghijkl', size: 100 },
];

test('columns are aligned, lines have no blanks at the end', () => {
  assert.deepEqual(table(columns, rows, 80, style), [
    'name          size  twice',
    'a                5     10',
    'abcdefghijkl   100    200',
  ]);
});

test('a table too wide drops what can be spared first, then shrinks its names, but not below their minimum', () => {
  assert.deepEqual(table(columns, rows, 20, style), [
    'name          size',
    'a                5',
    'abcdefghijkl   100',
  ]);
  assert.deepEqual(table(columns, rows, 13, style), ['name     size', 'a           5', 'ab…ijkl   100']);
  assert.deepEqual(table(columns, rows, 5, style), ['name    size', 'a          5', 'a…ijkl   100']);
});

test('brief cells stand in where the full ones are too wide', () => {
  const brief = columns.map((column) =>
    column.header === 'name' ? { ...column, brief: ({ name }: Row) => name.slice(0, 7) } : column,
  );
  assert.equal(table(brief, rows, 80, style)[2], 'abcdefghijkl   100    200');
  assert.equal(table(brief, rows, 20, style)[2], 'abcdefg   100    200');
});

test('a note follows its row', () => {
  const lines = table(columns, rows, 80, style, ({ size }) => (size === 5 ? 'small' : null));
  assert.deepEqual(lines.slice(1, 3), ['a                5     10', '    small']);
});

test('finished lines stand above their row', () => {
  const above = ({ name }: Row) => (name === 'a' ? ['', 'heading'] : []);
  const lines = table(columns, [...rows].reverse(), 80, style, () => null, above);
  assert.deepEqual(lines.slice(1), ['abcdefghijkl   100    200', '', 'heading', 'a                5     10']);
});
