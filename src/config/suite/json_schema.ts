import { z } from 'zod';
import { suiteSchema } from './suite_schema.js';

/**
 * The JSON Schema of suite files, for editors. Settings of a retraining are named only: what they may be is said where
 * they are checked.
 */
export function suiteJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(suiteSchema, { io: 'input', unrepresentable: 'any' });
  return { $schema, title: 'Suite of approxtorch bench', ...schema };
}
