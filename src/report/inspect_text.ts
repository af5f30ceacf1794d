import type { InspectNode, InspectReport, InspectValue, Retraining } from './inspect_results.js';
import { counted, dimensions, fixed, metric } from './numbers.js';
import { printable } from './printable.js';
import { layoutWidth, type Style, styleFor, type TextOptions } from './style.js';
import { type Column, table } from './table.js';
import { paragraph } from './text_blocks.js';

const columns: Column<InspectNode>[] = [
  { header: 'node', cell: ({ name }) => name, shrinkTo: 24 },
  { header: 'op', cell: ({ op, kind }) => (kind === '' ? op : `${op} ${kind}`), shrinkTo: 16 },
  {
    header: 'input',
    dispensable: 1,
    cell: ({ inputShape }) => (inputShape === null ? '?' : dimensions(inputShape)),
    emphasis: () => 'quiet',
  },
  { header: 'output', cell: ({ outputShape }) => (outputShape === null ? '?' : dimensions(outputShape)) },
  {
    header: 'MACs',
    align: 'right',
    cell: ({ macs }) => (macs === null ? '?' : macs === 0 ? '' : metric(macs)),
  },
  {
    header: 'params',
    align: 'right',
    cell: ({ parameters }) => (parameters === 0 ? '' : metric(parameters)),
  },
  {
    header: 'runs in',
    cell: ({ approximable, engine }) =>
      approximable ? 'LUT' : engine === 'native' ? 'float' : 'onnxruntime',
    emphasis: ({ approximable }) => (approximable ? 'strong' : undefined),
  },
];

/** The report of `approxtorch inspect` for people; ends with a newline. */
export function renderInspectText(report: InspectReport, options: TextOptions): string {
  const style = styleFor(options);
  const width = layoutWidth(options);
  const lines = [
    ...headLines(report, style, width),
    '',
    ...table(columns, report.nodes, width, style, ({ reason }) =>
      reason === null ? null : `stays float: ${reason}`,
    ),
    '',
    ...paragraph(summary(report), width),
  ];
  return `${lines.join('\n')}\n`;
}

function headLines({ model, warnings }: InspectReport, style: Style, width: number): string[] {
  const values = (label: string, list: readonly InspectValue[]) =>
    paragraph(
      `${label} ${list.map(({ name, type, shape }) => `${name} ${type}[${shape.map((size) => (size === '' ? '?' : size)).join(', ')}]`).join('; ')}`,
      width,
    );
  const about = `sha256 ${model.sha256.slice(0, 8)} · opset ${model.opset} · ${metric(model.parameters)} parameters · ${metric(model.macs)} MACs per sample`;
  const metadata = Object.entries(model.metadata).flatMap(([key, value]) =>
    paragraph(`${key}: ${value}`, width),
  );
  return [
    style.strong(printable(model.file)),
    ...paragraph(about, width).map(style.quiet),
    ...[...values('input ', model.inputs), ...values('output', model.outputs), ...metadata].map(style.quiet),
    ...(model.retrained === null ? [] : paragraph(retraining(model.retrained), width)),
    ...warnings.flatMap((warning) => paragraph(warning, width)).map(style.caution),
  ];
}

function retraining({ multiplier, quantization, gradient, epochs, dataset }: Retraining): string {
  const training = `${counted(epochs, 'epoch')} on ${dataset.name}`;
  if (multiplier === null || quantization === null) return `retrained in float32 · ${training}`;
  const { name, sha256, activation, weight } = multiplier;
  const { qmethod, activationBits, weightBits } = quantization;
  return `retrained for ${name} (${activation}×${weight}, sha256 ${sha256.slice(0, 8)}) · ${training} · gradient ${gradient} · quantization ${qmethod}, ${activationBits}-bit activations, ${weightBits}-bit weights`;
}

function summary({ model, nodes }: InspectReport): string {
  const approximable = nodes.filter((node) => node.approximable);
  const macs = approximable.reduce((sum, node) => sum + (node.macs ?? 0), 0);
  const share = model.macs === 0 ? 0 : (100 * macs) / model.macs;
  const fallback = nodes.filter((node) => node.engine === 'onnxruntime').length;
  const rest = fallback === 0 ? '' : `; ${counted(fallback, 'node')} would run through onnxruntime`;
  return `${approximable.length} of ${counted(nodes.length, 'node')} would use the multiplier, ${fixed(share, 1)} % of the MACs${rest}.`;
}
