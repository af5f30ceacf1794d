import type { EChartsCoreOption } from 'echarts/core';

/** In pixels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/** What a mark of a chart stands for. */
export interface MarkOf {
  /** Entry of the report: marks of the same one are highlighted together. */
  readonly entry: number;
  /** Index of the text that is shown at the mark; null: it is not pointed at. */
  readonly note: number | null;
}

/** A chart as ECharts takes it. */
export interface Chart {
  readonly option: EChartsCoreOption;
  /** Which mark the item of a series is; null: none. */
  mark(series: number, item: number): MarkOf | null;
}

/** Draws a chart as an SVG element. */
export type DrawChart = (chart: Chart, size: ChartSize) => string;

/**
 * Charts are drawn here, into SVG, and a script of the page shows what a mark stands for. ECharts in the page itself
 * would be larger than most pages (its smallest ready-made bundle with scatter plots has 715 kB), would show nothing where
 * scripts do not run, has no points that take the focus or have a name, and writes inline styles, which the policy of
 * our pages forbids. ECharts' client for drawn SVG knows pointers only, no keyboard.
 *
 * Loads ECharts, which takes longer than everything else at the start.
 */
export async function chartPainter(): Promise<DrawChart> {
  const [{ init, use }, charts, components, features, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/features'),
    import('echarts/renderers'),
  ]);
  use([
    charts.ScatterChart,
    charts.LineChart,
    charts.CustomChart,
    components.GridComponent,
    components.MarkLineComponent,
    features.LabelLayout,
    renderers.SVGRenderer,
  ]);
  return (chart, size) => {
    const drawing = init(null, null, { renderer: 'svg', ssr: true, ...size });
    try {
      drawing.setOption({ animation: false, ...chart.option });
      return pageSvg(drawing.renderToSVGString(), chart);
    } finally {
      // Its timers would keep the process alive.
      drawing.dispose();
    }
  };
}

/**
 * The drawing as an element of our page: of its own size, without inline styles, without the rules and classes for
 * a pointer, and with marks that the script of the page knows.
 */
function pageSvg(svg: string, chart: Chart): string {
  return (
    svg
      .replace(/<style[\s\S]*?<\/style>/g, '')
      .replace(/<svg width="(\d+)" height="(\d+)"[^>]*>/, '<svg viewBox="0 0 $1 $2">')
      .replace(
        / (class="zr[^"]*"|pointer-events="visible"|ecmeta_ssr_type="[^"]*"|ecmeta_silent="true")/g,
        '',
      )
      .replace(/ style="([^"]*)"/g, (_, rules: string) => fontAttributes(rules))
      .replace(/ ecmeta_series_index="(\d+)"( ecmeta_data_index="(\d+)")?/g, (_, series, _item, item) =>
        markAttributes(item === undefined ? null : chart.mark(Number(series), Number(item))),
      )
      .replace(/<rect [^>]*fill="none"><\/rect>/, '')
      // Nothing reaches out of a chart; the names would depend on what was drawn before.
      .replace(/<defs[\s\S]*?<\/defs>/, '')
      .replace(/ clip-path="[^"]*"/g, '')
      .replace(/><\/(path|rect)>/g, '/>')
      .replace(/ (d|transform|stroke-width)="[^"]*"/g, (attribute) => attribute.replace(/(\.\d\d)\d+/g, '$1'))
  );
}

/** Only fonts are styled inline. */
function fontAttributes(rules: string): string {
  const size = /font-size:(\d+)px/.exec(rules)?.[1];
  const weight = /font-weight:(\w+)/.exec(rules)?.[1];
  return (size ? ` font-size="${size}"` : '') + (weight ? ` font-weight="${weight}"` : '');
}

function markAttributes(mark: MarkOf | null): string {
  if (mark === null) return '';
  return ` data-entry="${mark.entry}"${mark.note === null ? '' : ` data-note="${mark.note}"`}`;
}
