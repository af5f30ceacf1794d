import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';
import type { DoctorPart, DoctorReport } from '../report/doctor_results.js';
import { messageOf } from '../util/errors.js';
import { packagePath } from '../util/paths.js';
import { packageVersion } from '../util/version.js';
import { type Addon, loadAddon } from './addon.js';

/** Looks what of approxtorch works on this machine. Never throws: what is missing is a finding. */
export async function diagnose(): Promise<DoctorReport> {
  const { addon, part } = inspectAddon();
  return {
    schemaVersion: 1,
    command: 'doctor',
    version: packageVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    addon: part,
    onnxruntime: await inspectOnnxruntime(),
    cuda: { available: false, version: null, path: null, problem: 'this build has no CUDA engine' },
    cpu: {
      model: cpus()[0]?.model.trim() ?? 'unknown',
      isas: addon?.cpuInfo().isas ?? [],
      isa: addon?.isa() ?? null,
      forcedIsa: process.env.APPROXTORCH_ISA || null,
    },
    threads: { hardware: addon?.cpuInfo().threads ?? cpus().length, default: availableParallelism() },
    package: packagePath(),
  };
}

function inspectAddon(): { addon: Addon | null; part: DoctorPart } {
  const path = packagePath('build', 'Release', 'approxtorch.node');
  try {
    return { addon: loadAddon(), part: { available: true, version: null, path, problem: null } };
  } catch (error) {
    return { addon: null, part: { available: false, version: null, path, problem: messageOf(error) } };
  }
}

async function inspectOnnxruntime(): Promise<DoctorPart> {
  let version: string | null = null;
  let path: string | null = null;
  try {
    const file = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
    path = dirname(file);
    version = (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
    await import('onnxruntime-node');
    return { available: true, version, path, problem: null };
  } catch (error) {
    const problem = messageOf(error).split('\n', 1)[0]!;
    return { available: false, version, path, problem };
  }
}
