import type { Html } from './html.ts';

/** The page's only style sheet: blue for what is raw, orange for what is adapted, in light and in dark. */
export const STYLE: Html = {
  markup: `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f5f7fa; --ink: #1a2230; --quiet: #5a6576; --rule: #dde3ea;
  --blue: #1f5fb0; --orange: #c2560a; --good: #1d7044; --bad: #b3261e;
  --calm: #cfe0f3; --normal: #e6e9ee; --turbulent: #f3b98a; --pattern: #55606f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #11151c; --panel: #1a202a; --ink: #e6eaf0; --quiet: #9aa6b6; --rule: #2d3643;
    --blue: #6fa8ec; --orange: #f0955a; --good: #6cc795; --bad: #f28b82;
    --calm: #24405f; --normal: #39424f; --turbulent: #8a4f22; --pattern: #b7c1ce;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1060px; margin: 0 auto; padding: 32px 24px 64px; }
.patterns { position: absolute; }
.brand { margin: 0; color: var(--blue); font-weight: 600; letter-spacing: 0.02em; }
h1 { margin: 0 0 4px; font-size: 30px; line-height: 1.2; letter-spacing: -0.015em; }
h2 { margin: 0 0 2px; font-size: 22px; line-height: 1.25; letter-spacing: -0.01em; }
section { margin-top: 44px; padding-top: 28px; border-top: 1px solid var(--rule); }
.facts, .note, footer { color: var(--quiet); }
.facts { margin: 0 0 20px; max-width: 78ch; }
.note { margin: 0 0 16px; padding-left: 12px; border-left: 3px solid var(--orange); }
footer { margin-top: 48px; padding-top: 24px; border-top: 1px solid var(--rule); font-size: 14px; }
footer h2 { font-size: 17px; color: var(--ink); }
footer ul { padding-left: 20px; max-width: 90ch; }
a { color: var(--blue); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible, .frame:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
.met { color: var(--good); font-weight: 600; white-space: nowrap; }
.missed { color: var(--bad); font-weight: 600; white-space: nowrap; }
.unsure { color: var(--quiet); font-weight: 600; white-space: nowrap; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 10px; margin: 0 0 24px; }
.figure { padding: 10px 14px; background: var(--panel); border-radius: 8px; }
.figure dt { color: var(--quiet); font-size: 12.5px; }
.figure dd { margin: 0; font-size: 20px; font-weight: 600; letter-spacing: -0.01em; }
.figure small { display: block; color: var(--quiet); font-size: 12px; font-weight: 400; letter-spacing: 0; }
.chart { margin: 0 0 22px; }
.frame { overflow-x: auto; }
.frame > svg { display: block; width: 100%; height: auto; }
.wide .frame > svg { min-width: 720px; }
figcaption { margin-bottom: 4px; font-weight: 600; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr)); gap: 4px 32px; }
.legend { margin: 4px 0 0; color: var(--quiet); font-size: 13px; }
.key { display: inline-flex; align-items: center; gap: 6px; margin-right: 16px; white-space: nowrap; }
details { margin: 6px 0 0; color: var(--quiet); font-size: 13.5px; }
summary { cursor: pointer; width: fit-content; }
details caption { display: none; }
.scroll { overflow: auto; max-height: 460px; margin: 6px 0 22px; }
table { border-collapse: collapse; font-size: 13.5px; color: var(--ink); }
caption { padding: 4px 0; text-align: left; font-weight: 600; font-size: 15px; }
th, td { padding: 4px 10px; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
thead th { color: var(--quiet); font-weight: 500; vertical-align: bottom; white-space: normal; }
tbody th { font-weight: 500; }
.index th, .index td { padding: 4px 7px; font-size: 13px; }
th:first-child { padding-left: 0; text-align: left; }
th.words, td.words { text-align: left; white-space: normal; min-width: 13em; }
.axis line { stroke: var(--rule); stroke-width: 1; }
.axis text, text.panel, text.run { fill: var(--quiet); font-size: 11.5px; }
text.panel { fill: var(--ink); font-size: 13px; font-weight: 600; }
text.run { fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
text.middle { text-anchor: middle; }
text.end { text-anchor: end; }
.band { fill: var(--blue); }
.b99 { fill-opacity: 0.14; } .b95 { fill-opacity: 0.16; } .b80 { fill-opacity: 0.22; } .b50 { fill-opacity: 0.3; }
.adapted { fill: none; stroke: var(--orange); stroke-width: 1.1; }
.a50 { stroke-dasharray: 2 2.5; }
.price { fill: none; stroke: var(--ink); stroke-width: 1.3; stroke-linejoin: round; }
.dots { fill: none; stroke: var(--ink); stroke-width: 3.4; stroke-linecap: round; }
.crosses { fill: none; stroke: var(--bad); stroke-width: 1.8; stroke-linecap: round; }
.beyond { fill: var(--bad); }
.calm { fill: var(--calm); } .normal { fill: var(--normal); } .turbulent { fill: var(--turbulent); } .ink { fill: var(--pattern); }
.share { stroke: var(--paper); stroke-width: 0.5; }
.bar { fill: var(--blue); fill-opacity: 0.8; }
.chance { fill: var(--orange); fill-opacity: 0.18; }
.chance-edge { fill: none; stroke: var(--orange); stroke-width: 1.2; }
.nominal { stroke: var(--quiet); stroke-width: 1.2; stroke-dasharray: 5 3; }
.bounds { fill: none; stroke: var(--quiet); stroke-width: 1.2; }
circle.raw { fill: var(--paper); stroke: var(--blue); stroke-width: 2.2; }
path.law { fill: var(--orange); }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
.line.raw { stroke: var(--blue); stroke-dasharray: 6 2.5; }
path.line.law { fill: none; stroke: var(--orange); }
@media print { .scroll { max-height: none; overflow: visible; } section { break-before: page; } }
`,
};
