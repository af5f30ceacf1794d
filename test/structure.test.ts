import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { test } from 'node:test';
import { packagePath } from '../src/util/paths.js';

/** Rooms of src/ and the rooms that each may import from; see "Design" in the README. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  util: [],
  multiplier: ['util'],
  onnx: ['util'],
  quant: ['util', 'multiplier'],
  data: ['util'],
  lut: ['util', 'multiplier', 'quant'],
  engine: ['util', 'multiplier', 'onnx', 'quant'],
  eval: ['util', 'multiplier', 'onnx', 'quant', 'data', 'engine'],
  train: ['util', 'multiplier', 'onnx', 'quant', 'data', 'engine', 'eval'],
  bench: ['util', 'multiplier', 'quant', 'data', 'engine', 'eval', 'train'],
  config: ['util', 'multiplier', 'quant', 'data', 'eval', 'train', 'bench'],
  report: ['util'],
  cli: ['util', 'multiplier', 'quant', 'data', 'engine', 'eval', 'train', 'config', 'lut', 'bench', 'report'],
};

/** Types alone may also come from these: results and settings are described where they are shown and given. */
const MAY_IMPORT_TYPES: Readonly<Record<string, readonly string[]>> = {
  engine: ['report'],
  eval: ['report'],
  train: ['report'],
  bench: ['report'],
  lut: ['report'],
  report: ['multiplier'],
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(source: string): Import[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8');
    const statements = text.matchAll(
      /(import|export)\s+(type\s+)?[^'";]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/g,
    );
    return [...statements].map((match): Import => {
      const target = relative(source, normalize(join(source, dirname(file), match[3] ?? match[4])));
      return { file, from: file.split(sep)[0], to: target.split(sep)[0], typeOnly: match[2] !== undefined };
    });
  });
}

test('imports point one way through the rooms', () => {
  const imports = importsOf(packagePath('src'));
  assert.ok(imports.length > 100);
  const wrong = imports.filter(({ from, to, typeOnly }) => {
    if (from === to || from === 'index.ts') return false;
    const allowed = MAY_IMPORT[from]?.includes(to) || (typeOnly && MAY_IMPORT_TYPES[from]?.includes(to));
    return !allowed;
  });
  assert.deepEqual(
    wrong.map(({ file, to }) => `${file} imports from ${to}/`),
    [],
  );
});

test('every room is known', () => {
  const rooms = readdirSync(packagePath('src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  assert.deepEqual(rooms.map((room) => room.name).sort(), Object.keys(MAY_IMPORT).sort());
});
