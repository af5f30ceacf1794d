import { decibels, dimensions, fixed, metric } from './numbers.js';
import type { EvalReport, LayerResult } from './results.js';
import type { Style } from './style.js';
import { type Column, table } from './table.js';
import { paragraph } from './text_blocks.js';

const columns: Column<LayerResult>[] = [
  // Exporters end names with the op, which stands beside it.
  {
    header: 'layer',
    cell: ({ name }) => name,
    brief: ({ name, op }) => withoutSuffix(name, `/${op}`),
    shrinkTo: 12,
  },
  { header: 'op', cell: (layer) => (layer.kind === '' ? layer.op : `${layer.op} ${layer.kind}`) },
  { header: 'output', cell: (layer) => dimensions(withoutBatch(layer.outputShape)) },
  { header: 'MACs', align: 'right', cell: (layer) => metric(layer.macs) },
  { header: 'SQNR', align: 'right', cell: (layer) => decibels(layer.sqnr) },
  { header: 'to float', align: 'right', cell: (layer) => decibels(layer.sqnrFloat) },
  {
    header: 'kernel',
    dispensable: 1,
    cell: (layer) => layer.kernel,
    emphasis: () => 'quiet',
  },
  {
    header: 'LUT',
    cell: (layer) => (layer.approximated ? (layer.lut ?? '') : 'float'),
    shrinkTo: 12,
    emphasis: (layer) => (layer.approximated ? undefined : 'caution'),
  },
];

/** One line per Conv, Gemm and MatMul, and how many of the multiplications are approximate. */
export function layerLines(report: EvalReport, style: Style, width: number): string[] {
  const { layers } = report;
  const sum = (chosen: readonly LayerResult[]) => chosen.reduce((total, layer) => total + layer.macs, 0);
  const approximated = layers.filter((layer) => layer.approximated);
  const all = sum(layers);
  const share = all === 0 ? 0 : (100 * sum(approximated)) / all;
  return [
    ...table(columns, layers, width, style, (layer) =>
      layer.reason === null ? null : `stays float: ${layer.reason}`,
    ),
    ...paragraph(
      `${approximated.length} of ${layers.length} layers approximate, ${fixed(share, 1)} % of their ${metric(all)} MACs. SQNR in dB: what the layer's multiplier adds, against the exact one; to float: all noise up to there, against float32.`,
      width,
    ).map(style.quiet),
  ];
}

function withoutSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

/** Shapes are per sample. */
function withoutBatch(shape: readonly number[]): readonly number[] {
  return shape.length > 1 ? shape.slice(1) : shape;
}
