/**
 * Style sheet of a chart, readable on paper and, where the viewer asks for it, on a dark screen. `light` and `dark`
 * are the rules of the lines and bars that the chart has of its own; both begin and end with a line break.
 */
export function chartStyle(light: string, dark: string): string {
  return `
text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: #1f2328; }
.strong { font-weight: 600; }
.title { font-size: 15px; font-weight: 600; }
.quiet { fill: #57606a; }
.paper { fill: #ffffff; }
.grid { stroke: #d8dee4; stroke-width: 1; }
.axis { stroke: #57606a; stroke-width: 1; }
.line { fill: none; stroke-width: 2; }${light}@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.quiet { fill: #9aa4af; }
.paper { fill: #0d1117; }
.grid { stroke: #30363d; }
.axis { stroke: #9aa4af; }${dark}}
`;
}
