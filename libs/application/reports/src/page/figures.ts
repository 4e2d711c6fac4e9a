import { html, tableOf, whole, type Content, type Html } from '@aitrader/application-pages';
import type { AccountReport } from '../run-report.ts';
import { SIGNAL_COVERAGES } from '../signal-calibration.ts';
import type { Performance, TradeFigures } from '../performance.ts';
import { change, money, NONE, percent, ratio } from './words.ts';

/** Trade dates from which on a growth a year is said first: a quarter of one. */
const YEAR_TOLD_MIN = 63;

/** The figures that a reader looks for first. */
export function headline({ equity, performance, trades, exposure, summary }: AccountReport): Html {
  const figure = (name: string, value: string, note: string): Html =>
    html`<div class="figure">
      <dt>${name}</dt>
      <dd>${value}<small>${note}</small></dd>
    </div>`;
  const isLong = performance.dates >= YEAR_TOLD_MIN;
  const { sharpe, probabilisticSharpe, maxDrawdown, longestUnderwater, totalReturn, annualGrowth, shortfall95 } = performance;
  return html`<dl class="figures">
    ${figure('gained', money(equity.end - equity.start), `${change(totalReturn)} of ${money(equity.start)}`)}
    ${figure('a year', isLong ? change(annualGrowth) : NONE, isLong ? `over ${whole(performance.dates)} trade dates` : `${whole(performance.dates)} trade dates tell of no year`)}
    ${figure('Sharpe ratio', ratio(sharpe), probabilisticSharpe === null ? 'not to be told' : `above 0 with ${percent(probabilisticSharpe, 1)}`)}
    ${figure('deepest fall', percent(summary.maxDrawdown), `by trade date ${percent(maxDrawdown)}, ${longestUnderwater ?? 0} dates below a high`)}
    ${figure('shortfall, 95 %', percent(shortfall95), 'mean of the worst dates')}
    ${figure('trades', whole(trades.trades), trades.winRate === null ? 'none over' : `${percent(trades.winRate, 1)} won`)}
    ${figure('profit factor', ratio(trades.profitFactor), `expectancy ${money(trades.expectancy)}`)}
    ${figure('exposure', percent(exposure.mean, 1), `at most ${percent(exposure.most, 1)}`)}
  </dl>`;
}

const PERFORMANCE: readonly (readonly [name: string, of: (figures: Performance) => string])[] = [
  ['total return', ({ totalReturn }) => change(totalReturn)],
  ['growth a year', ({ annualGrowth }) => change(annualGrowth)],
  ['volatility a year', ({ annualVolatility }) => percent(annualVolatility)],
  ['Sharpe ratio', ({ sharpe }) => ratio(sharpe)],
  ['P(Sharpe ratio > 0)', ({ probabilisticSharpe }) => percent(probabilisticSharpe, 1)],
  ['dates until 95 % sure of it', ({ trackRecordMin }) => (trackRecordMin === null ? NONE : whole(Math.ceil(trackRecordMin)))],
  ['Sortino ratio', ({ sortino }) => ratio(sortino)],
  ['Calmar ratio', ({ calmar }) => ratio(calmar)],
  ['omega ratio', ({ omega }) => ratio(omega)],
  ['deepest drawdown', ({ maxDrawdown }) => percent(maxDrawdown)],
  ['longest below a high, dates', ({ longestUnderwater }) => (longestUnderwater === null ? NONE : whole(longestUnderwater))],
  ['ulcer index', ({ ulcerIndex }) => percent(ulcerIndex)],
  ['pain index', ({ painIndex }) => percent(painIndex)],
  ['value at risk of a date, 95 %', ({ var95 }) => percent(var95)],
  ['value at risk, 99 %', ({ var99 }) => percent(var99)],
  ['expected shortfall, 95 %', ({ shortfall95 }) => percent(shortfall95)],
  ['expected shortfall, 99 %', ({ shortfall99 }) => percent(shortfall99)],
  ['value at risk, 95 %, normal', ({ gaussianVar95 }) => percent(gaussianVar95)],
  ['value at risk, 95 %, Cornish-Fisher', ({ cornishFisherVar95 }) => percent(cornishFisherVar95)],
  ['expected shortfall, 95 %, normal', ({ gaussianShortfall95 }) => percent(gaussianShortfall95)],
  ['downside deviation of a date', ({ downsideDeviation }) => percent(downsideDeviation)],
  ['skewness', ({ skewness }) => ratio(skewness)],
  ['excess kurtosis', ({ excessKurtosis }) => ratio(excessKurtosis)],
  ['dates that gained', ({ hitRate }) => percent(hitRate, 1)],
  ['tail ratio', ({ tailRatio }) => ratio(tailRatio)],
  ['stability (R² of log wealth)', ({ stability }) => ratio(stability)],
  ['best date', ({ best }) => change(best)],
  ['worst date', ({ worst }) => change(worst)],
];

/** Every figure of the returns, beside those of the benchmark. */
export const performanceTable = ({ performance, benchmark }: AccountReport): Html =>
  tableOf({
    caption: 'Returns by trade date',
    header: ['figure', 'account', 'universe held'],
    rows: PERFORMANCE.map(([name, of]): Content[] => [name, of(performance), of(benchmark.performance)]),
  });

export const benchmarkTable = ({ benchmark: { against } }: AccountReport): Html =>
  tableOf({
    caption: 'Against the universe held',
    header: ['figure', 'value'],
    rows: [
      ['beta', ratio(against.beta)],
      ['alpha a year', change(against.alpha)],
      ['correlation', ratio(against.correlation)],
      ['tracking error a year', percent(against.trackingError)],
      ['information ratio', ratio(against.informationRatio)],
      ['of its rises', percent(against.upCapture, 1)],
      ['of its falls', percent(against.downCapture, 1)],
    ],
  });

const TRADES: readonly (readonly [name: string, of: (figures: TradeFigures) => string])[] = [
  ['trades', ({ trades }) => whole(trades)],
  ['open', ({ open }) => whole(open)],
  ['won', ({ winRate }) => percent(winRate, 1)],
  ['profit', ({ profit }) => money(profit)],
  ['fees', ({ fees }) => money(fees)],
  ['entry cost', ({ entryCost }) => money(entryCost)],
  ['average win', ({ averageWin }) => money(averageWin)],
  ['average loss', ({ averageLoss }) => money(averageLoss)],
  ['profit factor', ({ profitFactor }) => ratio(profitFactor)],
  ['expectancy', ({ expectancy }) => money(expectancy)],
  ['best', ({ best }) => money(best)],
  ['worst', ({ worst }) => money(worst)],
  ['mean minutes', ({ meanMinutes }) => (meanMinutes === null ? NONE : whole(Math.round(meanMinutes)))],
  ['wins in a row', ({ longestWins }) => whole(longestWins)],
  ['losses in a row', ({ longestLosses }) => whole(longestLosses)],
];

const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'];

export const tradesTables = ({ trades, byStrategy, bySymbol }: AccountReport): readonly Html[] => [
  groupTable('Trades by strategy', 'strategy', [
    { name: 'all', figures: trades },
    ...byStrategy.map((own) => ({ name: own.strategy, figures: own })),
  ]),
  groupTable(
    'Trades by symbol',
    'symbol',
    bySymbol.map((own) => ({ name: own.symbol, figures: own })),
  ),
];

const groupTable = (
  caption: string,
  what: string,
  rows: readonly { readonly name: string; readonly figures: TradeFigures }[],
): Html =>
  tableOf({
    caption,
    header: [what, ...TRADES.map(([name]) => name)],
    rows: rows.map(({ name, figures }): Content[] => [name, ...TRADES.map(([, of]) => of(figures))]),
  });

/** A row a year, a column a month. */
export function monthTable({ months }: AccountReport): Html {
  const byMonth = new Map(months.map((one) => [one.month, one.return]));
  const years = [...new Set(months.map(({ month }) => month.slice(0, 'YYYY'.length)))];
  return tableOf({
    caption: 'Return of each month, per cent',
    header: ['year', ...MONTHS, 'year'],
    rows: years.map((year): Content[] => {
      const returns = MONTHS.map((month) => byMonth.get(`${year}-${month}`));
      const whole = returns.reduce<number>((wealth, value) => wealth * (1 + (value ?? 0)), 1) - 1;
      return [year, ...returns.map((value) => (value === undefined ? NONE : colored(value))), colored(whole)];
    }),
  });
}

const colored = (value: number): Html =>
  html`<span class="${value > 0 ? 'gained' : value < 0 ? 'lost' : 'none'}">${change(value)}</span>`;

export function costTable({ trades, equity, costSensitivity, breakEvenBp, turnover, summary }: AccountReport): Html {
  const gross = trades.profit + trades.fees;
  return tableOf({
    caption: 'Costs, and what more of them would have left',
    header: ['what', 'dollars', 'of what was gained before costs'],
    rows: [
      ['gained before fees and entry costs', money(gross + trades.entryCost), ''],
      [
        'entries against the closes decided on (delay, spread, impact)',
        money(trades.entryCost),
        shareOf(trades.entryCost, gross + trades.entryCost),
      ],
      ['fees', money(trades.fees), shareOf(trades.fees, gross + trades.entryCost)],
      ['profit of trades that are over', money(trades.profit), ''],
      ['traded, both ways', money(trades.turnover), turnover === null ? '' : `${ratio(turnover, 1)} times the equity a year`],
      ...costSensitivity.map(({ bp, end }): Content[] => [
        `equity at the end, had all that was traded cost ${bp} bp more`,
        money(end),
        change(equity.start > 0 ? end / equity.start - 1 : null),
      ]),
      ['basis points more that would have taken all of the gain', breakEvenBp === null ? NONE : ratio(breakEvenBp), ''],
      [
        'fills that took the worse of stop and target inside their bar',
        whole(summary.costs.pessimisticFills),
        percent(summary.costs.pessimisticShare),
      ],
    ],
  });
}

const shareOf = (part: number, all: number): string => (all > 0 ? percent(part / all, 1) : '');

export const forecastTable = ({ summary: { forecasts } }: AccountReport): Html =>
  tableOf({
    caption: "The account's own forecast against what came: share of outcomes inside its central intervals",
    header: ['to', 'forecasts', '50 %', '80 %', '95 %'],
    rows: forecasts.map(({ horizon, scored, within }): Content[] => [
      horizon,
      whole(scored),
      ...within.map((count) => (scored === 0 ? NONE : percent(count / scored, 1))),
    ]),
  });

const HALF = 0.5;
/** Deviations of a normal law that 95 % lie within. */
const SURE = 1.96;

/** Coverage of what signals said, by group; beside each share, what chance alone moves it by with so many. */
export const signalTable = (signals: AccountReport['signals']): Html =>
  tableOf({
    caption: 'What came within what signals had said, by strategy, and by regime and part of the day',
    header: ['signals', 'count', ...SIGNAL_COVERAGES.map((level) => `${level} %`), 'below the median'],
    rows: signals.map(({ group, signals: count, within, below }): Content[] => [
      group,
      whole(count),
      ...within.map((held, i) => sharedWithin(held / count, (SIGNAL_COVERAGES[i] ?? 0) / PER_CENT, count)),
      sharedWithin(below / count, HALF, count),
    ]),
  });

const PER_CENT = 100;

/** A share, and whether it is further from what was promised than chance takes it. */
function sharedWithin(share: number, promised: number, count: number): Html {
  const reach = SURE * Math.sqrt((promised * (1 - promised)) / count);
  const isOff = Math.abs(share - promised) > reach;
  return html`<span class="${isOff ? 'missed' : ''}">${percent(share, 1)}</span>
    <small>± ${percent(reach, 1)}${isOff ? ', off' : ''}</small>`;
}

/** What the run would have come to by other assumptions of what trading costs. */
export function sensitivityTable({ sensitivity }: AccountReport): Content {
  if ('left' in sensitivity)
    return html`<p class="facts">Replays by other assumptions of what trading costs: ${sensitivity.left}</p>`;
  const { replays } = sensitivity;
  const base = replays[0]?.end ?? 0;
  return tableOf({
    caption: 'Replayed with other assumptions of what trading costs: it decides otherwise, too',
    header: ['assumption', 'times', 'equity at the end', 'beside as configured', 'fills', 'fees'],
    rows: replays.map(({ assumption, factor, end, fills, fees }): Content[] => [
      assumption,
      factor === 1 ? NONE : factor === HALF ? '½' : String(factor),
      money(end),
      factor === 1 ? NONE : money(end - base),
      whole(fills),
      money(fees),
    ]),
  });
}

/** The Sharpe ratio beside the luck of the best of many trials, where these are told. */
export const deflatedNote = ({ deflated }: AccountReport): Content =>
  deflated === null
    ? html`<p class="facts">
        Of a configuration that was chosen among many, P(Sharpe ratio &gt; 0) says too much: <code>--trials</code> tells how many.
      </p>`
    : html`<p class="facts">
        Deflated Sharpe ratio: with ${percent(deflated.probability, 1)} the true ratio is above what luck alone gives the best of
        ${whole(deflated.trials)} trials,
        ${deflated.sharpeVariance === null ? 'taken to vary as trials without skill do' : 'by how theirs varied'}.
      </p>`;
