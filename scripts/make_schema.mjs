// Writes configs/schema.json, the JSON Schema of suite files. Run after `npm run build`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suiteJsonSchema } from '../dist/src/config/suite/json_schema.js';

const file = fileURLToPath(new URL('../configs/schema.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(suiteJsonSchema(), null, 2)}\n`);
