import type { z } from 'zod';
import { didYouMean } from '../util/suggest.js';
import type { YamlPath } from './yaml_file.js';

/** What is wrong with a value, and where. */
export interface SettingIssue {
  readonly path: YamlPath;
  readonly message: string;
}

/** The first thing that a schema objects to, with the nearest name where a setting is unknown. */
export function firstIssue(error: z.ZodError, schema: z.ZodType, values: unknown): SettingIssue {
  const issue = mostTelling(error.issues[0]!);
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const name = issue.keys[0]!;
    return {
      path: [...path, name],
      message: `${[...path, name].join('.')}: unknown setting${didYouMean(name, namesAt(schema, path))}`,
    };
  }
  const got = JSON.stringify(valueAt(values, path)) ?? 'nothing';
  const shown = got.length > 60 ? `${got.slice(0, 57)}…` : got;
  return { path, message: `${path.join('.')}: ${issue.message}, got ${shown}` };
}

/** Of a union the branch that came furthest: an unknown key says more than "no string". */
function mostTelling(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const nested = issue.errors
    .map((issues) => issues[0])
    .filter((inner) => inner !== undefined)
    .map((inner) => mostTelling(inner))
    .sort((a, b) => b.path.length - a.path.length || Number(isUnknownKey(b)) - Number(isUnknownKey(a)));
  const [best] = nested;
  if (best === undefined || (best.path.length === 0 && !isUnknownKey(best))) return issue;
  return { ...best, path: [...issue.path, ...best.path] };
}

function isUnknownKey(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'unrecognized_keys';
}

function valueAt(values: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
    values,
  );
}

/** Names of the settings at a path of a schema, of all branches of unions. */
function namesAt(schema: z.ZodType, path: YamlPath): string[] {
  const inner = unwrap(schema);
  if (inner.type === 'union') return inner.options.flatMap((option) => namesAt(option as z.ZodType, path));
  const [step, ...rest] = path;
  if (step === undefined) return inner.type === 'object' ? Object.keys(inner.shape) : [];
  if (inner.type === 'object') {
    const field = inner.shape[String(step)];
    return field === undefined ? [] : namesAt(field as z.ZodType, rest);
  }
  return inner.type === 'array' ? namesAt(inner.element as z.ZodType, rest) : [];
}

function unwrap(schema: z.ZodType): z.ZodObject | z.ZodArray | z.ZodUnion | z.ZodString {
  let inner = schema;
  while (inner.def.type === 'optional') inner = (inner as z.ZodOptional).unwrap() as z.ZodType;
  return inner as z.ZodObject | z.ZodArray | z.ZodUnion | z.ZodString;
}
