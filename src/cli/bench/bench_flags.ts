import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { settingsFromEnvironment } from '../../config/environment.js';
import { evalSchema } from '../../config/schema.js';
import { type GivenBench, loadSuite, suiteFromFlags } from '../../config/suite/load_suite.js';
import { validateSettings } from '../../config/validate.js';
import { UserError } from '../../util/errors.js';
import type { GivenEngine } from '../device.js';

const engineSchema = evalSchema.pick({ device: true, devices: true, kernel: true });

/** Flags of `bench` as commander gives them. */
export interface BenchFlags {
  readonly model?: readonly string[];
  readonly luts?: readonly string[];
  readonly data?: string;
  readonly preprocess?: string;
  readonly limit?: string;
  readonly batch?: string;
  readonly qmethod?: readonly string[];
  readonly minTop1?: string;
  readonly maxDrop?: string;
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly report?: readonly string[];
  readonly format?: string;
  readonly output?: string;
  readonly sensitivity?: true;
  readonly cache?: string;
  readonly shard?: string;
  readonly jobs?: string;
  readonly threads?: string;
  readonly device?: string;
  readonly devices?: string;
  readonly kernel?: string;
  readonly executor?: string;
  readonly slurmPartition?: string;
  readonly slurmAccount?: string;
  readonly slurmGres?: string;
  readonly slurmTime?: string;
  readonly slurmArrayLimit?: string;
  readonly slurmTasks?: string;
  readonly slurmCpus?: string;
  readonly slurmDir?: string;
  readonly detach?: boolean;
  readonly color: boolean;
  readonly quiet?: boolean;
}

/** The suite that a file or flags describe. @throws UserError where it is wrong, or both or neither are given */
export async function suiteOf(
  file: string | undefined,
  flags: BenchFlags,
  command: Command,
): Promise<GivenBench> {
  const { model, luts, sensitivity } = flags;
  const own = [
    'model',
    'luts',
    'data',
    'preprocess',
    'limit',
    'batch',
    'qmethod',
    'minTop1',
    'maxDrop',
  ] as const;
  if (file !== undefined) {
    const both = own.find((name) => flags[name] !== undefined);
    if (both !== undefined) {
      const flag = command.options.find((option) => option.attributeName() === both)?.long;
      throw new UserError(`${flag}: stands instead of a suite file; write it into ${file}`);
    }
    return loadSuite(file, sensitivity ? { sensitivity } : {});
  }
  if (model === undefined || luts === undefined) {
    throw new UserError(
      'no suite given; expected e.g. approxtorch bench suite.yaml, or --model FILE and --luts GLOB',
    );
  }
  return suiteFromFlags(givenSuite(flags));
}

/** What flags say, in the form of a suite file. */
export function givenSuite(flags: BenchFlags): Record<string, unknown> {
  const given: Record<string, unknown> = {
    models: flags.model,
    multipliers: flags.luts,
    data: flags.data,
    preprocess: flags.preprocess,
    limit: number('--limit', flags.limit),
    batch: flags.batch === 'auto' ? flags.batch : number('--batch', flags.batch),
    quantizations: flags.qmethod,
    sensitivity: flags.sensitivity,
    gates: gatesOf(flags),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function gatesOf({ minTop1, maxDrop }: BenchFlags): Record<string, unknown> | undefined {
  if (minTop1 === undefined && maxDrop === undefined) return undefined;
  return {
    ...(minTop1 !== undefined && { minTop1: number('--min-top1', minTop1) }),
    ...(maxDrop !== undefined && { maxDrop: { exact: number('--max-drop', maxDrop) } }),
  };
}

/** @throws UserError where the text is no part of a whole */
export function shardFlag(text: string | undefined): { index: number; count: number } | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index < 1 || index > count) {
    throw new UserError(`--shard: '${text}', expected i/n with i from 1 to n, e.g. 2/4`);
  }
  return { index, count };
}

/** @throws UserError where the text is no whole number from 1 */
export function positiveFlag(flag: string, text: string | undefined): number | undefined {
  const value = number(flag, text);
  if (value !== undefined && (!Number.isInteger(value) || value < 1 || value > 1024)) {
    throw new UserError(`${flag}: '${text}', expected a whole number from 1 to 1024`);
  }
  return value;
}

/** Of --threads, else the environment, else all. */
export function threadsOf(flags: BenchFlags, environment: NodeJS.ProcessEnv): number {
  return (
    positiveFlag('--threads', flags.threads) ??
    settingsFromEnvironment(environment).threads ??
    availableParallelism()
  );
}

/** Of flags, else the environment. @throws UserError where one is wrong */
export function engineFlags(
  { device, devices, kernel }: BenchFlags,
  environment: NodeJS.ProcessEnv,
): GivenEngine {
  const given = Object.entries({ device, devices, kernel }).filter(([, value]) => value !== undefined);
  const values = validateSettings(engineSchema, Object.fromEntries(given), (name) => `--${name}`);
  return { ...values, device: values.device ?? settingsFromEnvironment(environment).device };
}

function number(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new UserError(`${flag}: '${text}', expected a number`);
  return value;
}
