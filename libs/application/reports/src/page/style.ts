import { STYLE, type Html } from '@aitrader/application-pages';

/** The style of a report: that of every page, and what its own drawings need. */
export const REPORT_STYLE: Html = {
  markup: `${STYLE.markup}
.line.third { stroke: var(--good); stroke-dasharray: 2 3; }
.line.fourth { stroke: var(--quiet); stroke-dasharray: 8 3 2 3; }
.line.fall { stroke: var(--bad); }
.line.plain { stroke: var(--blue); }
.under { stroke: none; fill: var(--blue); fill-opacity: 0.14; }
.under.fall { fill: var(--bad); fill-opacity: 0.16; }
.bar.lost { fill: var(--bad); fill-opacity: 0.7; }
.candle line { stroke: var(--ink); stroke-width: 1; }
.candle rect { stroke: var(--ink); stroke-width: 1; }
.candle.up rect { fill: var(--paper); }
.candle.down rect { fill: var(--quiet); }
.mark.long { fill: var(--blue); stroke: var(--paper); stroke-width: 0.8; }
.mark.short { fill: var(--orange); stroke: var(--paper); stroke-width: 0.8; }
.mark.left { fill: var(--paper); stroke: var(--ink); stroke-width: 1.6; }
.trade { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 3 2; }
section > .scroll, .pair .scroll { max-height: none; }
.figures { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
@media (min-width: 900px) { .figures { grid-template-columns: repeat(4, 1fr); } }
.gained { color: var(--good); } .lost { color: var(--bad); }
section .narrow-chart { max-width: 540px; }
td.gained, td.lost { font-weight: 600; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 0 0 8px; list-style: none; }
@media (max-width: 480px) { main { padding: 20px 14px 48px; } h1 { font-size: 24px; } .figure dd { font-size: 18px; } }
`,
};
