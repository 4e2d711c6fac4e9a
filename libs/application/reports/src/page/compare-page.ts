import {
  closeText,
  dataTable,
  documentOf,
  html,
  navigationOf,
  sectionOf,
  tableOf,
  whole,
  type Content,
  type Html,
} from '@aitrader/application-pages';
import { foundTwice } from '@aitrader/application-wording';
import { item, TIMEFRAMES } from '@aitrader/model';
import type { AccountHistory } from '../account-history.ts';
import type { OtherAnswer } from '@aitrader/application-time-machine';
import { STEPS, type Parting, type Step } from '../compare-runs.ts';
import { dailyAccountOf } from '../daily-returns.ts';
import type { AccountReport } from '../run-report.ts';
import { lineChart } from './line-chart.ts';
import { REPORT_STYLE } from './style.ts';
import { change, money, NONE, percent, ratio } from './words.ts';

/** One of two runs: what it came to, and how it went. */
export interface ComparedRun {
  readonly report: AccountReport;
  readonly history: AccountHistory;
}

/** Parts of a run in words. */
export const STEP_WORDS: Readonly<Record<Step, string>> = {
  bars: 'bars',
  states: 'states',
  signals: 'signals',
  orders: 'orders',
  denials: 'denials',
  orderEvents: 'order events',
  fills: 'fills',
  forecasts: 'forecasts',
};

/** Answers that are shown, and trade dates from which on equity is drawn by date. */
const ANSWERS_MAX = 20;
const DATES_DRAWN_MIN = 5;

/** Two runs side by side as one page: where and why they parted, how they went, what each came to. */
export function comparePage(parting: Parting, first: ComparedRun, second: ComparedRun): string {
  const runs = [nameOf(first), nameOf(second)] as const;
  const sections = [
    ['parted', 'Where they parted', partedSection(parting, first.report, runs)],
    ['decided', 'Decided otherwise first', decidedSection(parting, first.report, runs)],
    ['equity', 'Equity', equitySection(first, second)],
    ['figures', 'What each came to', figuresTable(first.report, second.report, runs)],
    ['refused', 'What each refused', refusedTable(first.report, second.report, runs)],
  ] as const;
  return documentOf({
    ...{ title: `${runs[0]} and ${runs[1]}`, heading: 'Two runs side by side', style: REPORT_STYLE },
    facts: [html`<p class="facts">${runs[0]} and ${runs[1]}. ${sentenceOf(parting, first.report)}</p>`, navigationOf(sections)],
    content: sections.map(([id, title, content]) => sectionOf(id, title, content)),
  });
}

type Runs = readonly [first: string, second: string];

const nameOf = ({ report }: ComparedRun): string => report.runs.at(-1) ?? '';
const when = (t: number, { timeframe }: AccountReport): string =>
  closeText(t, TIMEFRAMES.find((each) => each === timeframe) ?? '1m');

function sentenceOf({ t, step, missing }: Parting, report: AccountReport): string {
  if (t !== null && step !== null) return `They part at ${when(t, report)}, by their ${STEP_WORDS[step]}.`;
  return missing.first + missing.second === 0
    ? 'They are the same in everything.'
    : 'They are the same in everything that both have.';
}

function partedSection({ since, step, missing }: Parting, report: AccountReport, runs: Runs): Content {
  const lacks = [
    ...(missing.first === 0 ? [] : [`${runs[0]} lacks ${whole(missing.first)} intervals of the other.`]),
    ...(missing.second === 0 ? [] : [`${runs[1]} lacks ${whole(missing.second)} intervals of the other.`]),
  ];
  return [
    lacks.length === 0 ? '' : html`<p class="facts">${lacks.join(' ')}</p>`,
    tableOf({
      caption: 'The first interval that each part differs from, in the order in which one follows from the other',
      header: ['part', 'differs from', ''],
      words: [2],
      rows: STEPS.map((name): Content[] => [
        STEP_WORDS[name],
        since[name] === null ? 'never' : when(since[name], report),
        name === step ? 'the cause of all that is below' : '',
      ]),
    }),
  ];
}

function decidedSection({ decidedAt, answers }: Parting, report: AccountReport, runs: Runs): Content {
  if (decidedAt === null) return html`<p>They decided alike wherever both decided.</p>`;
  const rest = answers.length - ANSWERS_MAX;
  return [
    html`<p class="facts">
      At ${when(decidedAt, report)}${rest > 0 ? `; ${whole(rest)} more are in report.json` : ''}. Of each answer the gates that
      found something else, in words.
    </p>`,
    answers.slice(0, ANSWERS_MAX).map((answer) => answerTable(answer, runs)),
  ];
}

function answerTable({ signalId, symbol, first, second, figures }: OtherAnswer, runs: Runs): Html {
  return tableOf({
    caption: `${signalId}: ${first}, and ${second}`,
    header: ['gate', runs[0], runs[1]],
    rows: figures.map(({ gate, ...found }): Content[] => [gate, ...foundTwice(found.first, found.second, symbol)]),
  });
}

/** By trade date, where both have enough of them, else by interval. */
function equitySection(first: ComparedRun, second: ComparedRun): Content {
  const runs = [first, second].map((run) => ({ name: nameOf(run), ...seriesOf(run) }));
  const isByDate = runs.every(({ daily }) => daily.dates.length >= DATES_DRAWN_MIN);
  const timeframe = first.report;
  const keyed = runs.map(({ name, daily, curve }) => ({
    name,
    at: new Map<string, number>(
      isByDate
        ? daily.dates.map((date, i) => [date, item(daily.equity, i)])
        : curve.t.map((t, i) => [when(t, timeframe), item(curve.equity, i)]),
    ),
  }));
  const labels = [...new Set(keyed.flatMap(({ at }) => [...at.keys()]))].sort((a, b) => (a < b ? -1 : 1));
  const dates = [...new Set(runs.flatMap(({ daily }) => daily.dates))].sort((a, b) => (a < b ? -1 : 1));
  const onDate = runs.map(({ daily }) => new Map(daily.dates.map((date, i) => [date, item(daily.equity, i)])));
  return lineChart({
    id: 'equity-lines',
    title: 'Equity of both, dollars',
    description: `The equity of ${keyed.map(({ name }) => name).join(' and ')} ${isByDate ? 'by trade date' : 'by interval'}.`,
    height: 240,
    labels,
    lines: keyed.map(({ name, at }, i) => ({
      ...{ name, look: i === 0 ? 'plain' : 'law' },
      values: labels.map((label) => at.get(label) ?? NaN),
    })),
    table: {
      caption: 'Equity by trade date',
      header: ['trade date', ...runs.map(({ name }) => name), 'difference'],
      rows: dates.map((date): Content[] => {
        const [one, other] = onDate.map((at) => at.get(date) ?? null);
        const difference = one === null || other === null || one === undefined || other === undefined ? null : one - other;
        return [date, money(one ?? null), money(other ?? null), money(difference)];
      }),
    },
  });
}

const seriesOf = ({ history: { curve, startEquity } }: ComparedRun) => ({ curve, daily: dailyAccountOf(curve, startEquity) });

const FIGURES: readonly (readonly [name: string, of: (report: AccountReport) => string])[] = [
  ['trade dates', ({ performance }) => whole(performance.dates)],
  ['equity at the beginning', ({ equity }) => money(equity.start)],
  ['equity at the end', ({ equity }) => money(equity.end)],
  ['total return', ({ performance }) => change(performance.totalReturn)],
  ['volatility a year', ({ performance }) => percent(performance.annualVolatility)],
  ['Sharpe ratio', ({ performance }) => ratio(performance.sharpe)],
  ['P(Sharpe ratio > 0)', ({ performance }) => percent(performance.probabilisticSharpe, 1)],
  ['Sortino ratio', ({ performance }) => ratio(performance.sortino)],
  ['deepest fall', ({ summary }) => percent(summary.maxDrawdown)],
  ['value at risk, 95 %', ({ performance }) => percent(performance.var95)],
  ['shortfall, 95 %', ({ performance }) => percent(performance.shortfall95)],
  ['exposure, mean', ({ exposure }) => percent(exposure.mean, 1)],
  ['exposure, at most', ({ exposure }) => percent(exposure.most, 1)],
  ['turnover a year', ({ turnover }) => ratio(turnover, 1)],
  ['signals', ({ summary }) => whole(summary.counts.signals)],
  ['orders', ({ summary }) => whole(summary.counts.orders)],
  ['denials', ({ summary }) => whole(summary.counts.denials)],
  ['trades', ({ trades }) => whole(trades.trades)],
  ['won', ({ trades }) => percent(trades.winRate, 1)],
  ['profit factor', ({ trades }) => ratio(trades.profitFactor)],
  ['expectancy', ({ trades }) => money(trades.expectancy)],
  ['fees', ({ trades }) => money(trades.fees)],
  ['cost of entries', ({ trades }) => money(trades.entryCost)],
];

const figuresTable = (first: AccountReport, second: AccountReport, runs: Runs): Html =>
  tableOf({
    caption: 'Figures of both',
    header: ['figure', ...runs],
    rows: FIGURES.map(([name, of]): Content[] => [name, of(first), of(second)]),
  });

function refusedTable({ summary: first }: AccountReport, { summary: second }: AccountReport, runs: Runs): Content {
  const gates = [...new Set([...first.gates, ...second.gates].map(({ gate }) => gate))].sort((a, b) => (a < b ? -1 : 1));
  if (gates.length === 0) return html`<p>Neither refused anything.</p>`;
  const denials = (summary: AccountReport['summary'], name: string): string => {
    const found = summary.gates.find(({ gate }) => gate === name);
    return found === undefined ? NONE : `${whole(found.denials)} of ${whole(found.refusals)}`;
  };
  return dataTable({
    caption: 'By gate: how often it was the reason, of how often it refused',
    header: ['gate', ...runs],
    rows: gates.map((gate): Content[] => [gate, denials(first, gate), denials(second, gate)]),
  });
}
