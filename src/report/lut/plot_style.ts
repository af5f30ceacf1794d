import { chartStyle } from '../chart_style.js';

/** Looks of the pictures of a multiplier. */
export const plotStyle = chartStyle(
  `
.dots { fill: none; stroke-width: 5; stroke-linecap: round; } .dots.fine { stroke-width: 2.2; }
.mean { stroke: #1f2328; }
.absolute { stroke: #8250df; }
.below { fill: #4989c4; } .above { fill: #e27930; }
.least { fill: #0a3776; } .most { fill: #7f2a04; }
.on-dark { display: none; }
`,
  `
.mean { stroke: #e6edf3; }
.absolute { stroke: #a475f9; }
.least { fill: #b8deff; } .most { fill: #ffd9b0; }
.on-light { display: none; } .on-dark { display: inline; }
`,
);
