// Writes the multiplier tables that ship (luts/) and their README. Run after `npm run build`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { shippedFiles } from '../dist/src/multiplier/generate/shipped.js';

for (const [name, content] of shippedFiles()) {
  writeFileSync(fileURLToPath(new URL(`../luts/${name}`, import.meta.url)), content);
}
