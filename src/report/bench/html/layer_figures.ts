import type { BenchEntry } from '../results.js';
import type { Evaluated, Network } from './networks.js';

/** What is known of a layer in an entry. */
export interface LayerFigure {
  /** drop: a fraction; sqnr: dB, Infinity where there is no noise. */
  readonly value: number;
  /** Of a drop. */
  readonly interval: readonly [number, number] | null;
  readonly macs: number;
}

/** Entries of a network of which the same is known about its layers. */
export interface LayerBlock {
  /** drop: of the accuracy where this layer alone is approximate; sqnr: of its output against the exact multiplier. */
  readonly measure: 'drop' | 'sqnr';
  /** In the order of the network. */
  readonly layers: readonly string[];
  readonly rows: readonly {
    readonly one: Evaluated;
    /** By layer; those that were not measured are left out. */
    readonly figures: ReadonlyMap<string, LayerFigure>;
  }[];
}

/** Drops where an entry has them, noise of the others; neither where there is none. */
export function layerBlocks({ entries }: Network): LayerBlock[] {
  return [
    block(
      'drop',
      entries.filter(({ entry }) => entry.sensitivity !== null),
      dropFigures,
    ),
    block(
      'sqnr',
      entries.filter(({ entry }) => entry.sensitivity === null),
      noiseFigures,
    ),
  ].filter(({ rows }) => rows.length > 0);
}

type Figures = [layer: string, figure: LayerFigure][];

function block(
  measure: LayerBlock['measure'],
  entries: readonly Evaluated[],
  figuresOf: (entry: BenchEntry) => Figures,
): LayerBlock {
  const rows = entries
    .map((one) => ({ one, figures: new Map(figuresOf(one.entry)) }))
    .filter(({ figures }) => figures.size > 0);
  return { measure, layers: [...new Set(rows.flatMap(({ figures }) => [...figures.keys()]))], rows };
}

function dropFigures({ sensitivity }: BenchEntry): Figures {
  return (sensitivity ?? []).map(({ layer, drop, dropInterval, macs }) => [
    layer,
    { value: drop, interval: dropInterval, macs },
  ]);
}

function noiseFigures({ layers }: BenchEntry): Figures {
  return layers.flatMap(({ layer, sqnr, macs }): Figures => {
    if (sqnr === null) return [];
    return [[layer, { value: sqnr === 'inf' ? Infinity : sqnr, interval: null, macs }]];
  });
}
