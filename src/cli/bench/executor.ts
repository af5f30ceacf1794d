import type { BenchSettings, RunHooks } from '../../bench/run_bench.js';
import { CPU, type Device } from '../../engine/device.js';
import type { BenchReport } from '../../report/bench/results.js';
import type { Steps } from '../steps.js';
import type { BenchFlags } from './bench_flags.js';
import { runJobs } from './jobs.js';

/** What is to be evaluated. */
export interface Work {
  readonly settings: BenchSettings;
  /** That share the entries with `settings.device`. */
  readonly moreDevices?: readonly Device[];
  /** Of the suite; undefined: flags say it. */
  readonly file: string | undefined;
  readonly flags: BenchFlags;
}

export interface ExecutorHooks extends RunHooks {
  /** A line on stderr. */
  say(message: string): void;
}

/** Where the entries of a suite are evaluated. Gives undefined where nothing is waited for. */
export type Executor = (work: Work, hooks: ExecutorHooks) => Promise<BenchReport | undefined>;

/** This machine. @param jobs processes on one device; 1: this one. Several devices have one each */
export function localExecutor(jobs: number, { runBench }: Steps): Executor {
  return ({ settings, moreDevices = [], file, flags }, hooks) => {
    const { device = CPU } = settings;
    const devices = moreDevices.length > 0 ? [device, ...moreDevices] : Array<Device>(jobs).fill(device);
    return devices.length > 1 ? runJobs(devices, settings, file, flags, hooks) : runBench(settings, hooks);
  };
}
