import { codeText } from '@aitrader/application-recordings';
import {
  closeText,
  documentOf,
  fixed,
  html,
  navigationOf,
  sectionOf,
  tableOf,
  whole,
  type Content,
  type Html,
} from '@aitrader/application-pages';
import { item } from '@aitrader/model';
import type { AccountHistory } from '../account-history.ts';
import { dailyAccountOf, type DailyAccount } from '../daily-returns.ts';
import type { AccountReport } from '../run-report.ts';
import { histogramChart, rankedBars } from './bar-chart.ts';
import {
  benchmarkTable,
  costTable,
  deflatedNote,
  forecastTable,
  headline,
  monthTable,
  performanceTable,
  sensitivityTable,
  signalTable,
} from './figures.ts';
import { costsByKindTable } from './costs-by-kind.ts';
import { lineChart, type Line } from './line-chart.ts';
import { REPORT_STYLE } from './style.ts';
import { fanSection, pricesSection, tradesSection } from './trade-sections.ts';
import { money, NONE, percent } from './words.ts';

const CENT = 100;

/** The report as one HTML page that asks nothing of any other: no script, no request, the same bytes for the same recording. */
export function reportPage(report: AccountReport, history: AccountHistory): string {
  const run = report.runs.at(-1) ?? '';
  return documentOf({
    ...{ title: run, heading: run, style: REPORT_STYLE },
    facts: [factsOf(report), navigationOf(SECTIONS)],
    content: [headline(report), SECTIONS.map(([id, title, of]) => sectionOf(id, title, of(report, history))), NOTES],
  });
}

type SectionOf = (report: AccountReport, history: AccountHistory) => Content;

const SECTIONS: readonly (readonly [id: string, title: string, of: SectionOf])[] = [
  ['equity', 'Equity', equitySection],
  ['returns', 'Returns', returnsSection],
  ['trades', 'Trades', tradesSection],
  ['prices', 'Prices and trades', pricesSection],
  ['fans', 'Trades in what states forecast', fanSection],
  ['refused', 'What was refused', refusedSection],
  ['edge', 'What claims came to', edgeSection],
  ['signals', 'What signals said of their horizon', signalSection],
  ['costs', 'Costs', costSection],
  ['forecasts', 'Forecasts of the account', forecastSection],
];

function factsOf({ runs, kind, timeframe, symbols, from, to, strategies, code, configHash, unfinished }: AccountReport): Html {
  const chain = runs.length > 1 ? ` It goes on from ${runs.slice(0, -1).join(', ')}, which is part of the report.` : '';
  const missing = unfinished === 0 ? '' : ` ${whole(unfinished)} intervals are not complete, and left out.`;
  return html`<p class="facts">
    A ${kind} over ${whole(symbols)} symbols by ${timeframe}, ${from} to ${to}, with ${strategies.join(', ')}. Recorded by
    ${codeText(code)} under the configuration ${configHash.slice(0, HASH_SHOWN)}.${chain}${missing}
  </p>`;
}

const HASH_SHOWN = 12;

function equitySection({ equity }: AccountReport, { curve, startEquity, held, manifests }: AccountHistory): Content {
  const daily = dailyAccountOf(curve, startEquity);
  const timeframe = manifests.at(-1)?.timeframe ?? '1d';
  const isShort = daily.dates.length < 5;
  const labels = isShort ? curve.t.map((t) => closeText(t, timeframe)) : daily.dates;
  const heldOn = new Map(held.dates.map((date, i) => [date, held.returns[i] ?? 0]));
  let wealth = startEquity;
  const universe = daily.dates.map((date) => (wealth *= 1 + (heldOn.get(date) ?? 0)));
  const lines: Line[] = isShort
    ? [{ name: 'account', look: 'plain', values: curve.equity }]
    : [
        { name: 'account', look: 'plain', values: daily.equity },
        { name: 'universe held', look: 'law', values: universe },
      ];
  const falls = isShort ? curve.drawdown : daily.equity.map((_, i) => deepestOn(daily.equity, startEquity, i));
  return [
    lineChart({
      id: 'equity-line',
      title: 'Equity, dollars',
      description: `The account's equity ${isShort ? 'by interval' : 'by trade date'}, from ${money(equity.start)} to ${money(equity.end)}${isShort ? '' : ', beside that of the universe held with the same money'}.`,
      height: 240,
      ...{ labels, lines, including: [startEquity] },
      table: {
        caption: 'Equity by trade date',
        header: ['trade date', 'equity', 'return', 'universe held', 'exposure at most'],
        rows: daily.dates.map((date, i) => [
          date,
          money(item(daily.equity, i)),
          percent(item(daily.returns, i)),
          money(item(universe, i)),
          percent(item(daily.exposureMost, i), 1),
        ]),
      },
    }),
    lineChart({
      id: 'drawdown-line',
      title: 'Drawdown, per cent below the highest equity so far',
      description: 'How far the equity lay below its highest so far.',
      height: 110,
      labels,
      lines: [{ name: 'drawdown', look: 'fall', values: falls.map((fall) => -CENT * fall) }],
      isFilled: true,
      including: [0],
      table: {
        caption: 'Deepest drawdown of each trade date',
        header: ['trade date', 'drawdown'],
        rows: daily.dates.map((date, i) => [date, percent(-deepestOn(daily.equity, startEquity, i))]),
      },
    }),
    exposureChart(daily),
  ];
}

const exposureChart = (daily: DailyAccount): Html =>
  lineChart({
    id: 'exposure-line',
    title: 'Exposure, per cent of the equity',
    description: 'The sum of positions at the last prices: by trade date the most, and the mean.',
    height: 110,
    labels: daily.dates,
    lines: [
      { name: 'most', look: 'plain', values: daily.exposureMost.map((value) => CENT * value) },
      { name: 'mean', look: 'law', values: daily.exposureMean.map((value) => CENT * value) },
    ],
    including: [0],
    table: {
      caption: 'Exposure by trade date',
      header: ['trade date', 'most', 'mean'],
      rows: daily.dates.map((date, i) => [
        date,
        percent(item(daily.exposureMost, i), 1),
        percent(item(daily.exposureMean, i), 1),
      ]),
    },
  });

/** Fall of a date's equity from the highest so far, as a fraction. */
function deepestOn(equity: readonly number[], start: number, at: number): number {
  let peak = start;
  for (let i = 0; i <= at; i++) peak = Math.max(peak, item(equity, i));
  return peak > 0 ? (peak - item(equity, at)) / peak : 0;
}

function returnsSection(report: AccountReport, { curve, startEquity }: AccountHistory): Content {
  const { returns } = dailyAccountOf(curve, startEquity);
  return [
    monthTable(report),
    html`<div class="pair">
      <div>${performanceTable(report)} ${deflatedNote(report)}</div>
      <div>
        ${histogramChart({
          id: 'return-bins',
          title: 'Returns of trade dates, per cent',
          description: 'How many trade dates had which return.',
          values: returns.map((value) => CENT * value),
          ...{ digits: 2, unit: ' %' },
        })}
        ${benchmarkTable(report)}
      </div>
    </div>`,
  ];
}

function refusedSection({ summary: { counts, gates } }: AccountReport): Content {
  if (gates.length === 0)
    return html`<p>Nothing was refused: ${whole(counts.signals)} signals, ${whole(counts.orders)} orders.</p>`;
  const rows = [...gates].sort((a, b) => b.denials - a.denials || b.refusals - a.refusals);
  return [
    html`<p class="facts">
      ${whole(counts.signals)} signals became ${whole(counts.orders)} orders and ${whole(counts.denials)} denials. A denial counts
      for the first gate that refused; every gate was asked.
    </p>`,
    html`<div class="narrow-chart">
      ${rankedBars({
        id: 'denials-bars',
        title: 'Denials by the gate that was the reason',
        description: 'How many signals each gate was the reason to deny.',
        rows: rows.filter(({ denials }) => denials > 0).map(({ gate, denials }) => ({ name: gate, value: denials })),
        table: {
          caption: 'Every gate that refused anything',
          header: ['gate', 'reason of denials', 'refused'],
          rows: rows.map(({ gate, denials, refusals }) => [gate, whole(denials), whole(refusals)]),
        },
      })}
    </div>`,
  ];
}

const LOOKS = ['plain', 'law', 'third', 'fourth'];

function edgeSection({ edges }: AccountReport): Content {
  const names = [...new Set(edges.flatMap((on) => on.edges.map(({ strategy }) => strategy)))].sort();
  if (names.length === 0) return html`<p>Claims were believed as they were stated, or there was none.</p>`;
  const of = (name: string) => edges.map((on) => on.edges.find(({ strategy }) => strategy === name));
  const last = edges.at(-1)?.edges ?? [];
  return [
    html`<p class="facts">
      Slope of outcome on claim, as it was known when signals were answered: 1 means that a strategy's claims came to what they
      said, 0 that they came to nothing. Stakes rest on it.
    </p>`,
    lineChart({
      id: 'edge-lines',
      title: 'What the claims of each strategy had come to',
      description: `Slope of outcome on claim by trade date, of ${names.join(', ')}.`,
      height: 180,
      labels: edges.map(({ date }) => date),
      lines: names.map((name, i) => ({
        name,
        look: LOOKS[i % LOOKS.length] ?? 'plain',
        values: of(name).map((edge) => edge?.slope ?? NaN),
        ...(names.length === 1 ? { around: of(name).map((edge) => edge?.error ?? 0) } : {}),
      })),
      including: [0, 1],
      table: {
        caption: 'Slope and its standard error by trade date',
        header: ['trade date', ...names.flatMap((name) => [name, '±', 'claims'])],
        rows: edges.map(({ date }, i): Content[] => [
          date,
          ...names.flatMap((name) => {
            const edge = of(name)[i];
            return edge === undefined ? [NONE, NONE, NONE] : [fixed(edge.slope, 2), fixed(edge.error, 2), whole(edge.scored)];
          }),
        ]),
      },
    }),
    tableOf({
      caption: 'At the end',
      header: ['strategy', 'slope', 'standard error', 'claims that are over'],
      rows: last.map(({ strategy, slope, error, scored }) => [strategy, fixed(slope, 2), fixed(error, 2), whole(scored)]),
    }),
  ];
}

function signalSection({ signals }: AccountReport): Content {
  if (signals.length === 0) return html`<p>No signal’s horizon ended within the run.</p>`;
  return [
    html`<p class="facts">
      Every signal, traded or not, says the return over its horizon as a distribution. How often what came lay within its central
      intervals, and below its median: 50 %, 80 %, 95 % and 50 % of honest ones, give or take what so many tell.
    </p>`,
    signalTable(signals),
  ];
}

function costSection(report: AccountReport): Content {
  return [costTable(report), costsByKindTable(report), sensitivityTable(report)];
}

function forecastSection(report: AccountReport): Content {
  return report.summary.forecasts.every(({ scored }) => scored === 0)
    ? html`<p>No forecast of the account has come true within the run.</p>`
    : forecastTable(report);
}

const NOTES = html`<footer>
  <h2>What the figures mean</h2>
  <ul>
    <li>
      <b>Profit</b> of a trade: the cash that its fills moved, fees taken off. The profits of all trades, dividends aside, are
      what the account gained.
    </li>
    <li>
      <b>Returns</b> are by trade date, from the equity at the last interval of the date before; ratios are a year's, of 252 trade
      dates, over a rate of 0.
    </li>
    <li>
      <b>The universe held</b>: every symbol of the run with the same money on each date, without costs. It is no strategy, but
      what doing nothing clever would have come to.
    </li>
    <li>
      <b>P(Sharpe ratio &gt; 0)</b> and the dates that it takes: Bailey and López de Prado (2012). Of the best of many trials they
      say too much; a sweep tells the deflated one.
    </li>
    <li>
      <b>Entry cost</b>: what entries paid beyond the close that they were decided on: the delay to the next bar, half of the
      spread, and what the order itself moves.
    </li>
    <li>
      <b>Spread, slippage, impact</b> by kind: what the simulated broker took off the price that stood when an order came to the
      market, the open of its bar or a stop's own price. They, the fees and the price that stood come to the recorded cash.
    </li>
    <li><b>Furthest against, furthest for</b>: by the lows and highs of the bars between entry and exit, those two aside.</li>
  </ul>
</footer>`;
