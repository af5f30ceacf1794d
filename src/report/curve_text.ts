import type { EpochResult, FinetuneReport } from './finetune_results.js';
import { count, duration, fixed, percent, rate, significant } from './numbers.js';
import type { Style } from './style.js';
import { type Column, table } from './table.js';

/** More epochs than these are thinned out. */
const mostRows = 20;

/** A row per epoch, that whose weights were written in bold. */
export function curveLines({ curve, training }: FinetuneReport, style: Style, width: number): string[] {
  if (curve.length === 0) return [];
  const { bestEpoch } = training;
  const emphasis = ({ epoch }: EpochResult) => (epoch === bestEpoch ? 'strong' : undefined);
  const columns: Column<EpochResult>[] = [
    {
      header: 'epoch',
      align: 'right',
      cell: ({ epoch }) => `${epoch === bestEpoch ? '* ' : ''}${epoch}`,
      emphasis,
    },
    { header: 'steps', align: 'right', dispensable: 2, cell: ({ steps }) => count(steps) },
    {
      header: 'learning rate',
      align: 'right',
      dispensable: 1,
      cell: ({ learningRate }) => significant(learningRate),
    },
    { header: 'loss', align: 'right', cell: ({ loss }) => fixed(loss, 3) },
    { header: 'training %', align: 'right', cell: ({ trainAccuracy }) => percent(trainAccuracy) },
  ];
  if (curve.some(({ validationAccuracy }) => validationAccuracy !== null)) {
    columns.push({
      header: 'held out %',
      align: 'right',
      cell: ({ validationAccuracy }) => percent(validationAccuracy),
      emphasis,
    });
  }
  columns.push(
    { header: 'images/s', align: 'right', cell: ({ imagesPerSecond }) => rate(imagesPerSecond) },
    { header: 'time', align: 'right', dispensable: 3, cell: ({ seconds }) => duration(seconds) },
  );
  return table(columns, thinned(curve, bestEpoch), width, style);
}

function thinned(curve: readonly EpochResult[], bestEpoch: number): readonly EpochResult[] {
  const stride = Math.ceil(curve.length / mostRows);
  return curve.filter(
    ({ epoch }, index) => (index + 1) % stride === 0 || index === curve.length - 1 || epoch === bestEpoch,
  );
}
