import { evalSchema, type GivenShared } from './schema.js';
import { validateSettings } from './validate.js';

/** Settings that an environment variable can give; an empty one counts as not set. */
const variables = { threads: 'APPROXTORCH_THREADS', device: 'APPROXTORCH_DEVICE' } as const;

const schema = evalSchema.pick({ threads: true, device: true });

/** @throws UserError naming the variable. */
export function settingsFromEnvironment(
  environment: NodeJS.ProcessEnv,
): Pick<GivenShared, keyof typeof variables> {
  const values: Record<string, string> = {};
  for (const [name, variable] of Object.entries(variables)) {
    const value = environment[variable];
    if (value !== undefined && value !== '') values[name] = value;
  }
  return validateSettings(schema, values, (name) => variables[name as keyof typeof variables]);
}
