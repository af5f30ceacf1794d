// Writes luts/catalog.json, or the file named, from a folder of EvoApproxLib's tables: evoapprox-8x8-figures.json, and
// tables named after their multiplier in evoapprox-signed/ and tf-approximate/. Run after `npm run build`:
// node scripts/make_catalog.mjs FOLDER [FILE]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCatalog } from '../dist/src/multiplier/catalog/make_catalog.js';
import { loadMultiplier } from '../dist/src/multiplier/load.js';

const luts = fileURLToPath(new URL('../luts/', import.meta.url));
const [folder, target = join(luts, 'catalog.json')] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node scripts/make_catalog.mjs FOLDER [FILE]\n');
  process.exit(2);
}
const { multipliers: figures } = JSON.parse(readFileSync(join(folder, 'evoapprox-8x8-figures.json'), 'utf8'));

/** @param {string} path @param {'int8' | 'uint8' | 'auto'} type */
const load = async (path, type) => (await loadMultiplier(path, { type, order: 'aw' })).multiplier;

const tables = new Map();
for (const [part, type] of [
  ['evoapprox-signed', 'int8'],
  ['tf-approximate', 'uint8'],
]) {
  for (const file of readdirSync(join(folder, part)).sort()) {
    const { name } = parse(file);
    if (name in figures) tables.set(name, await load(join(folder, part, file), type));
  }
}
const shipped = readdirSync(luts).filter((file) => file.endsWith('.txt'));
const own = await Promise.all(shipped.sort().map((file) => load(join(luts, file), 'auto')));
writeFileSync(target, `${JSON.stringify(makeCatalog(figures, tables, own), null, 1)}\n`);
