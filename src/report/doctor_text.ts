import type { DoctorPart, DoctorReport } from './doctor_results.js';
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
    line(label, state.available ? details : `off: ${state.problem}`, !state.available);
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
  return `${lines.join('\n')}\n`;
}
