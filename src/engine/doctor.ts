import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';
import type { DoctorCuda, DoctorCudaDevice, DoctorPart, DoctorReport } from '../report/doctor_results.js';
import { messageOf } from '../util/errors.js';
import { packagePath } from '../util/paths.js';
import { packageVersion } from '../util/version.js';
import { type Addon, addonPath, type CudaDevice, loadAddon } from './addon.js';
import { cudaLibraryPath, cudaStatus, probeCudaDevice } from './cuda.js';
import { engineOps } from './engine_ops.js';

/**
 * Looks what of approxtorch works on this machine. Never throws: what is missing is a finding.
 * @param options ops: also which operators and ops the engines have
 */
export async function diagnose({ ops = false }: { readonly ops?: boolean } = {}): Promise<DoctorReport> {
  const { addon, part } = inspectAddon();
  return {
    schemaVersion: 1,
    command: 'doctor',
    version: packageVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    addon: part,
    onnxruntime: await inspectOnnxruntime(),
    cuda: inspectCuda(addon),
    cpu: {
      model: cpus()[0]?.model.trim() ?? 'unknown',
      isas: addon?.cpuInfo().isas ?? [],
      isa: addon?.isa() ?? null,
      forcedIsa: process.env.APPROXTORCH_ISA || null,
    },
    threads: { hardware: addon?.cpuInfo().threads ?? cpus().length, default: availableParallelism() },
    package: packagePath(),
    ...(ops && { ops: engineOps(addon) }),
  };
}

function inspectAddon(): { addon: Addon | null; part: DoctorPart } {
  const path = addonPath();
  try {
    return { addon: loadAddon(), part: { available: true, version: null, path, problem: null } };
  } catch (error) {
    return { addon: null, part: { available: false, version: null, path, problem: messageOf(error) } };
  }
}

function inspectCuda(addon: Addon | null): DoctorCuda {
  const path = cudaLibraryPath();
  if (addon === null) {
    const problem = 'the addon, which opens the CUDA library, is not available';
    const unknown = { version: null, codes: [], driverVersion: null, devices: [] };
    return { available: false, path, problem, built: existsSync(path), ...unknown };
  }
  const { built, reason, codes, runtimeVersion, driverVersion, devices } = cudaStatus();
  const inspected = devices.map(inspectCudaDevice);
  const available = inspected.some((device) => device.problem === null);
  return {
    available,
    version: runtimeVersion,
    path,
    problem: available ? null : (reason ?? inspected[0]?.problem ?? 'there is no device'),
    built,
    codes,
    driverVersion,
    devices: inspected,
  };
}

function inspectCudaDevice(device: CudaDevice, index: number): DoctorCudaDevice {
  try {
    return { ...device, freeMemory: probeCudaDevice(index), problem: null };
  } catch (error) {
    return { ...device, freeMemory: null, problem: messageOf(error) };
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
