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

test('a table too wide shrinks its names first, then drops what can be spared', () => {
  assert.deepEqual(table(columns, rows, 20, style), [
    'name     size  twice',
    'a           5     10',
    'ab…ijkl   100    200',
  ]);
  assert.deepEqual(table(columns, rows, 13, style), ['name     size', 'a           5', 'ab…ijkl   100']);
});

test('a note follows its row', () => {
  const lines = table(columns, rows, 80, style, ({ size }) => (size === 5 ? 'small' : null));
  assert.deepEqual(lines.slice(1, 3), ['a                5     10', '    small']);
});
