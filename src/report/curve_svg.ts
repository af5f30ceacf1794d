import { drawPanel, type Frame, type Level, type Panel } from './chart.js';
import { chartStyle } from './chart_style.js';
import type { FinetuneReport, VariantResults } from './finetune_results.js';
import { textOf } from './markup.js';
import { counted } from './numbers.js';
import { shorten } from './printable.js';
import { element, picture } from './svg.js';

const width = 760;
const height = 560;
const left = 64;
const accuracyFrame: Frame = { left, top: 110, width: width - left - 24, height: 180 };
const lossFrame: Frame = { left, top: 380, width: width - left - 24, height: 120 };
const longestName = 80;

const style = chartStyle(
  `
.training { stroke: #0969da; } .mark.training { fill: #0969da; }
.validation { stroke: #bc4c00; } .mark.validation { fill: #bc4c00; }
.before { stroke: #57606a; stroke-dasharray: 2 4; }
.after { stroke: #1a7f37; stroke-dasharray: 8 4; }
`,
  `
.training { stroke: #58a6ff; } .mark.training { fill: #58a6ff; }
.validation { stroke: #ffa657; } .mark.validation { fill: #ffa657; }
.before { stroke: #9aa4af; }
.after { stroke: #3fb950; }
`,
);

/** The training curve as a picture of its own: accuracies and loss over the epochs. */
export function curveSvg(report: FinetuneReport): string {
  const { model, multiplier, training, curve } = report;
  const title = `${model.file} retrained ${multiplier === null ? 'in float32' : `for ${multiplier.name}`}`;
  const about = `${training.gradient} · ${training.schedule} · batch ${training.batch} · ${counted(curve.length, 'epoch')}`;
  const parts = [
    element('text', { class: 'title', x: 24, y: 30 }, textOf(shorten(title, longestName))),
    element('text', { class: 'quiet', x: 24, y: 52 }, textOf(shorten(about, longestName))),
    drawPanel(accuracyPanel(report), accuracyFrame),
    drawPanel(lossPanel(report), lossFrame),
  ];
  return picture({ width, height }, title, style, parts);
}

function accuracyPanel({ curve, before, after, dataset }: FinetuneReport): Panel {
  const validated = curve.filter(({ validationAccuracy }) => validationAccuracy !== null);
  const validation = {
    label: 'held-out images',
    look: 'validation',
    points: validated.map(({ epoch, validationAccuracy }) => [epoch, 100 * validationAccuracy!] as const),
  };
  const level = (label: string, look: string, results: VariantResults): Level => ({
    label: `${label} (${dataset.testSplit})`,
    look,
    y: 100 * (results.approx ?? results.float).top1,
  });
  return {
    title: 'Accuracy in %',
    xLabel: 'epoch',
    xRange: epochs(curve.length),
    series: [
      {
        label: 'training images',
        look: 'training',
        points: curve.map(({ epoch, trainAccuracy }) => [epoch, 100 * trainAccuracy] as const),
      },
      ...(validated.length > 0 ? [validation] : []),
    ],
    levels: [level('before', 'before', before), level('after', 'after', after)],
  };
}

function lossPanel({ curve }: FinetuneReport): Panel {
  return {
    title: 'Loss',
    xLabel: 'epoch',
    xRange: epochs(curve.length),
    series: [
      {
        label: 'training images',
        look: 'training',
        points: curve.map(({ epoch, loss }) => [epoch, loss] as const),
      },
    ],
    levels: [],
    yFrom: 0,
  };
}

/** A single epoch stands in the middle. */
function epochs(count: number): [number, number] {
  return count <= 1 ? [0, 2] : [1, count];
}
