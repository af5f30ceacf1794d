import type { DoctorCudaDevice, DoctorPart, DoctorReport } from './doctor_results.js';
import { opsLines } from './ops_text.js';
import { printable } from './printable.js';
import { layoutWidth, styleFor, type TextOptions } from './style.js';
import { paragraph } from './text_blocks.js';

const labelWidth = 13;

/** The report of `approxtorch doctor` for people; ends with a newline. */
export function renderDoctorText(report: DoctorReport, options: TextOptions): string {
  const style = styleFor(options);
  const width = layoutWidth(options);
  const lines: string[] = [];
  const line = (label: string, text: string, caution = false) => {
    const [first = '', ...more] = paragraph(text, width - labelWidth);
    const paint = caution ? style.caution : (part: string) => part;
    lines.push(style.quiet(label.padEnd(labelWidth)) + paint(first));
    for (const part of more) lines.push(' '.repeat(labelWidth) + paint(part));
  };
  const part = (label: string, state: DoctorPart) => {
    const details = [state.version, state.path].filter((detail) => detail !== null).join(', ');
    line(label, state.available ? details : `off: ${printable(state.problem ?? '')}`, !state.available);
  };
  const { cpu, threads } = report;
  line('approxtorch', `${report.version}, ${report.package}`);
  line('node', `${report.node}, ${report.platform}`);
  part('addon', report.addon);
  part('onnxruntime', report.onnxruntime);
  line('CPU', printable(cpu.model));
  line(
    'ISA',
    cpu.isa === null
      ? 'unknown without the addon'
      : `${cpu.isa} in use${cpu.forcedIsa === null ? '' : ' (APPROXTORCH_ISA)'}, this CPU has ${cpu.isas.join(', ')}`,
  );
  line('threads', `${threads.default} by default, the machine has ${threads.hardware}`);
  part('CUDA', report.cuda);
  const { codes, version, path, driverVersion, devices } = report.cuda;
  if (codes.length > 0) {
    const details = [version, `for ${codes.join(' ')}`, path].filter((detail) => detail !== null);
    line('CUDA library', printable(details.join(', ')));
  }
  if (driverVersion !== null) line('CUDA driver', `supports CUDA up to ${driverVersion}`);
  for (const [i, device] of devices.entries()) {
    line(`GPU ${i}`, cudaDevice(device), device.problem !== null);
  }
  if (report.ops !== undefined) lines.push('', ...opsLines(report.ops, style, width));
  return `${lines.join('\n')}\n`;
}

function cudaDevice(device: DoctorCudaDevice): string {
  const { name, computeCapability, multiprocessors, totalMemory, freeMemory, problem } = device;
  const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  const total = `${gib(totalMemory)} GiB`;
  const memory = freeMemory === null ? total : `${gib(freeMemory)} of ${total} free`;
  const failure = problem === null ? '' : `, cannot be used: ${problem}`;
  return printable(
    `${name}, compute capability ${computeCapability}, ${multiprocessors} multiprocessors, ${memory}${failure}`,
  );
}
