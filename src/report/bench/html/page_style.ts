import { listingStyle } from '../../listing.js';
import { switchStyle } from './scatter_section.js';

/**
 * Green, vermilion and purple, and the colours of series, are those of Okabe and Ito, "Color Universal Design" (2002),
 * darkened for white paper and lightened for a dark screen.
 */
export const benchStyle = `${listingStyle}
:root { --pass: #00755a; --fail: #b84300; --undecided: #7a3fa8; --series-1: #0069b0; --series-2: #c65400; --series-3: #00805f; --series-4: #a34a80; --series-5: #1f2328; --series-6: #9a6700; }
@media (prefers-color-scheme: dark) {
:root { --pass: #3ec9a0; --fail: #ff8f4d; --undecided: #c9a0f5; --series-1: #58b4f2; --series-2: #ff8f4d; --series-3: #3ec9a0; --series-4: #e69ac6; --series-5: #e6edf3; --series-6: #e3b341; }
}
body { max-width: 1152px; }
a { color: inherit; text-decoration: underline; text-decoration-color: var(--line); text-underline-offset: 3px; }
a:hover { text-decoration-color: currentColor; }
section { margin-top: 32px; scroll-margin-top: 16px; }
h2 { margin: 0 0 8px; font-size: 17px; }
.headline { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; }
.headline h1 { font-size: 24px; }
.headline .verdict { padding: 3px 12px; font-size: 15px; text-transform: uppercase; letter-spacing: 0.04em; }
.verdict { display: inline-block; padding: 0 7px; border: 1px solid currentColor; border-radius: 10px; color: var(--quiet); font-weight: 600; white-space: nowrap; }
.verdict.pass, .counts .pass dd { color: var(--pass); }
.verdict.fail, .counts .fail dd { color: var(--fail); }
.verdict.undecided, .counts .undecided dd { color: var(--undecided); }
.counts { display: flex; flex-wrap: wrap; gap: 8px; margin: 12px 0; }
.counts > div { display: flex; flex-direction: column-reverse; min-width: 92px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); }
.counts dt { font-size: 12px; color: var(--quiet); }
.counts dd { margin: 0; font-size: 22px; font-weight: 600; line-height: 1.2; font-variant-numeric: tabular-nums; }
.failures { margin: 0; padding-left: 20px; }
.notice, .warnings { margin: 8px 0; padding: 8px 12px; border-left: 3px solid var(--undecided); background: var(--raised); }
.warnings { padding-left: 28px; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0 0; padding: 0; list-style: none; }
li, dd, figcaption, summary { overflow-wrap: anywhere; }
summary { cursor: pointer; }
details { margin: 4px 0; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 8px; padding: 0; list-style: none; font-size: 13px; }
.legend svg { width: 16px; height: 16px; margin-right: 6px; vertical-align: -3px; }
.legend .interval, .legend .front { fill: none; stroke: var(--ink); stroke-width: 0.25; }
.legend .front { stroke: var(--accent); stroke-width: 0.4; }
.switch { margin: 0; padding: 0; border: 0; min-width: 0; }
.switch legend { float: left; margin-right: 8px; padding: 5px 0; color: var(--quiet); }
.switch input { position: absolute; opacity: 0; }
.switch label { display: inline-block; margin: 0 4px 4px 0; padding: 4px 12px; border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }
.switch input:checked + label { border-color: var(--accent); background: var(--accent); color: var(--paper); font-weight: 600; }
.switch input:focus-visible + label { outline: 2px solid var(--accent); outline-offset: 2px; }
.panels { display: none; gap: 16px; margin-top: 8px; }
${switchStyle}
figure { margin: 0 0 16px; min-width: 0; }
.panels figure { margin: 0; }
.panels figure, #layers > figure { padding: 12px; border: 1px solid var(--line); border-radius: 6px; }
.chart { position: relative; }
.chart svg { display: block; width: 100%; height: auto; touch-action: manipulation; }
.chart text { font-family: system-ui, "DejaVu Sans", sans-serif; }
.chart.narrow { display: none; max-width: 480px; }
.chart [data-note] { outline: none; }
.chart [data-entry] { transition: opacity 0.1s; }
.chart.pointed [data-entry]:not(.lit) { opacity: 0.25; }
.ring { fill: none; stroke: var(--ink); stroke-width: 1.5; pointer-events: none; }
#tip { position: absolute; z-index: 2; max-width: min(380px, 92vw); padding: 8px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); box-shadow: 0 4px 16px #0004; font-size: 13px; overflow-wrap: anywhere; pointer-events: none; }
.listing .scroll { max-height: 560px; overflow: auto; }
.listing thead th { position: sticky; top: 0; z-index: 1; }
.listing thead th:first-child { z-index: 2; }
.listing tbody tr { scroll-margin-top: 48px; }
.listing td { padding-top: 4px; padding-bottom: 4px; }
.listing tr:target > * { background: var(--raised); box-shadow: inset 0 2px var(--accent), inset 0 -2px var(--accent); }
.heat thead th { vertical-align: bottom; }
.heat .listing thead .number button { max-height: 200px; padding: 8px 6px; writing-mode: vertical-rl; transform: rotate(180deg); font-size: 12px; font-weight: normal; text-align: left; overflow: hidden; }
.heat td { padding: 2px; }
.heat td span { display: block; padding: 3px 8px; border-radius: 3px; }
.heat-1 { background: #e2793020; } .heat-2 { background: #e2793040; } .heat-3 { background: #e2793068; } .heat-4 { background: #e2793098; } .heat-5 { background: #e27930d0; color: #1f2328; }
.maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(310px, 1fr)); gap: 12px; margin: 12px 0 0; padding: 0; list-style: none; }
.maps li { display: flex; gap: 12px; min-width: 0; padding: 10px; border: 1px solid var(--line); border-radius: 6px; font-size: 12px; }
.map { flex: none; width: 128px; text-align: center; color: var(--quiet); }
.map img { display: block; width: 128px; height: 128px; image-rendering: pixelated; }
.about { min-width: 0; overflow-wrap: anywhere; }
.about strong { font-size: 13px; }
.about div { margin-top: 2px; }
.facts { margin: 0; }
.facts div { display: grid; grid-template-columns: 200px 1fr; gap: 0 16px; padding: 4px 0; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--quiet); overflow-wrap: anywhere; }
.facts dd { margin: 0; }
@media (min-width: 700px), print {
.panels.several { grid-template-columns: 1fr 1fr; }
}
@media (max-width: 699px) {
.chart.wide { display: none; }
.chart.narrow { display: block; }
.panels figure, #layers > figure { padding: 8px 4px; }
.counts > div { flex: 1 0 88px; min-width: 0; }
.listing th.long div { max-width: 130px; }
.maps { grid-template-columns: 1fr; }
.facts div { grid-template-columns: 1fr; }
}
@media (min-width: 700px) and (max-width: 999px), print {
.several .wide { display: none; }
.several .narrow { display: block; }
}
@media (prefers-color-scheme: dark) {
.map img { filter: invert(1) hue-rotate(180deg); }
.heat-5 { background: #e27930d0; color: #0d1117; }
}
@media print {
body { max-width: none; padding: 0; font-size: 11px; }
nav, .tools, .switch legend, .switch label { display: none; }
.listing .scroll { max-height: none; overflow: visible; border: 0; }
.listing table { font-size: 8px; }
.listing th, .listing td { padding: 2px 3px; }
.listing thead button { padding: 2px 3px; white-space: normal; }
.listing thead button::after { content: none; }
.listing th:first-child, .listing thead th { position: static; }
figure, .maps li, tr, .counts { break-inside: avoid; }
h2 { break-after: avoid; }
}
`;
