import { writerOf, type WritingCode } from '@aitrader/application-recordings';
import type { AccountHistory } from './account-history.ts';
import { dailyAccountOf, type DailyAccount } from './daily-returns.ts';
import {
  againstBenchmark,
  DATES_PER_YEAR,
  deflatedOf,
  performanceOf,
  tradeFiguresOf,
  type AgainstBenchmark,
  type Performance,
  type TriedTrials,
  type TradeFigures,
} from './performance.ts';

import type { Sensitivity } from './sensitivity.ts';

/** A calendar month, and what it returned. */
export interface Month {
  /** YYYY-MM */
  readonly month: string;
  readonly return: number;
  readonly dates: number;
}

/** What a run came to, or runs that follow one another. Money in dollars, returns as fractions. */
export interface AccountReport {
  /** the oldest first */
  readonly runs: readonly string[];
  readonly kind: string;
  readonly timeframe: string;
  /** trade dates */
  readonly from: string;
  readonly to: string;
  readonly symbols: number;
  readonly strategies: readonly string[];
  /** the program that recorded the last of them */
  readonly code: WritingCode;
  readonly configHash: string;
  readonly unfinished: number;
  readonly equity: { readonly start: number; readonly end: number };
  readonly performance: Performance;
  /** the universe, each of its symbols with the same money every date, without costs */
  readonly benchmark: { readonly performance: Performance; readonly against: AgainstBenchmark };
  readonly exposure: { readonly most: number; readonly mean: number };
  /** dollars traded over the mean equity, a year */
  readonly turnover: number | null;
  readonly trades: TradeFigures;
  readonly byStrategy: readonly (TradeFigures & { readonly strategy: string })[];
  readonly bySymbol: readonly (TradeFigures & { readonly symbol: string })[];
  readonly months: readonly Month[];
  /** what the account would have ended with, had every dollar that was traded cost so many basis points more */
  readonly costSensitivity: readonly { readonly bp: number; readonly end: number }[];
  /** basis points more at which nothing would have been gained; null where nothing was, or nothing traded */
  readonly breakEvenBp: number | null;
  readonly summary: AccountHistory['summary'];
  /** what fills cost, by kind, as far as what was recorded tells it */
  readonly costs: AccountHistory['costs'];
  readonly edges: AccountHistory['edges'];
  /** how what signals said of the return over their horizon fared, by group */
  readonly signals: AccountHistory['signals'];
  /** P(the true Sharpe ratio is above what luck gives the best of so many trials); null where no trials are told */
  readonly deflated: DeflatedSharpe | null;
  readonly sensitivity: Sensitivity;
}

/** A Sharpe ratio beside what luck alone gives the best of many trials. */
export interface DeflatedSharpe extends TriedTrials {
  /** null where it is not defined */
  readonly probability: number | null;
}

/** What a recording does not say of itself. */
export interface BesideHistory {
  /** configurations that were tried before this one was chosen */
  readonly tried?: TriedTrials | undefined;
  readonly sensitivity?: Sensitivity;
}

const MORE_BP = [1, 2, 5, 10, 20];
const BP = 1e-4;

/** The report of a history. */
export function reportOfHistory(history: AccountHistory, { tried, sensitivity }: BesideHistory = {}): AccountReport {
  const { manifests, curve, startEquity, trips, held, summary, costs, edges, signals, unfinished } = history;
  const daily = dailyAccountOf(curve, startEquity);
  const last = manifests.at(-1);
  if (last === undefined) throw new Error('a history has a run');
  const trades = tradeFiguresOf(trips);
  const end = daily.equity.at(-1) ?? startEquity;
  const heldOn = new Map(held.dates.map((date, i) => [date, held.returns[i] ?? 0]));
  const benchmark = daily.dates.map((date) => heldOn.get(date) ?? 0);
  return {
    ...{ runs: manifests.map(({ run }) => run), kind: last.kind, timeframe: last.timeframe },
    ...{ from: daily.dates[0] ?? '', to: daily.dates.at(-1) ?? '', symbols: last.universe.length },
    ...{
      strategies: last.config.strategies.map(({ name }) => name),
      code: writerOf(last),
      configHash: last.configHash,
      unfinished,
    },
    equity: { start: startEquity, end },
    performance: performanceOf(daily.returns),
    benchmark: { performance: performanceOf(benchmark), against: againstBenchmark(daily.returns, benchmark) },
    exposure: exposureOf(daily),
    turnover: turnoverOf(trades.turnover, daily),
    trades,
    byStrategy: groupsOf(trips, ({ strategy }) => strategy ?? 'operator').map(([strategy, own]) => ({
      strategy,
      ...tradeFiguresOf(own),
    })),
    bySymbol: groupsOf(trips, ({ symbol }) => symbol).map(([symbol, own]) => ({ symbol, ...tradeFiguresOf(own) })),
    months: monthsOf(daily),
    costSensitivity: MORE_BP.map((bp) => ({ bp, end: end - trades.turnover * bp * BP })),
    breakEvenBp: end > startEquity && trades.turnover > 0 ? (end - startEquity) / trades.turnover / BP : null,
    ...{ summary, costs, edges, signals },
    deflated: tried === undefined ? null : { ...tried, probability: deflatedOf(daily.returns, tried) },
    sensitivity: sensitivity ?? { left: 'None was asked for.' },
  };
}

function groupsOf<T>(all: readonly T[], of: (one: T) => string): readonly (readonly [string, readonly T[]])[] {
  return [...Map.groupBy(all, of)].sort(([a], [b]) => (a < b ? -1 : 1));
}

function exposureOf({ exposureMost, exposureMean }: DailyAccount): AccountReport['exposure'] {
  const most = exposureMost.reduce((greatest, value) => Math.max(greatest, value), 0);
  const sum = exposureMean.reduce((total, value) => total + value, 0);
  return { most, mean: exposureMean.length === 0 ? 0 : sum / exposureMean.length };
}

function turnoverOf(traded: number, { equity }: DailyAccount): number | null {
  const mean = equity.reduce((sum, value) => sum + value, 0) / equity.length;
  return mean > 0 ? (traded / mean / equity.length) * DATES_PER_YEAR : null;
}

function monthsOf({ dates, returns }: DailyAccount): readonly Month[] {
  const months = Map.groupBy(dates.keys(), (i) => (dates[i] ?? '').slice(0, 'YYYY-MM'.length));
  return [...months].map(([month, own]) => ({
    month,
    dates: own.length,
    return: own.reduce((wealth, i) => wealth * (1 + (returns[i] ?? 0)), 1) - 1,
  }));
}
