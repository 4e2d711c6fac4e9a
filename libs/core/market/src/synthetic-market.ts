// Synthetic bars: made up by a seeded generator, of no company, and of no use for judging a strategy's profits.
//
// Invariants
// 1. The same options give the same bytes, on every engine.
// 2. A symbol's bars do not depend on which other symbols are asked for.
// 3. Prices lie on the cent grid with low ≤ open, close ≤ high; volumes are whole and positive.

import { compareText, item, ticker, type Ticker } from '@aitrader/model';
import { nextUniform } from '@aitrader/core-numeric';
import { CALENDAR_LAST, sessionOn, sessionsBetween, type TradingSession } from '@aitrader/core-sessions';
import { appendBar, finishBarTable, newBarTableDraft, type BarRow, type BarTableDraft } from './bar-table-draft.ts';
import type { BarTable } from './bar-table.ts';
import {
  isHaltedAt,
  newSyntheticStock,
  passNight,
  printExtendedMinute,
  printRegularMinute,
  type SyntheticStock,
} from './synthetic-stock.ts';

const MINUTE_MS = 60_000;
/** Chance of a trade in a minute before the open and after the close, and in the half hour next to either. */
const EXTENDED_CHANCE = 0.03;
const EXTENDED_CHANCE_NEAR = 0.2;
const NEAR_MINUTES = 30;

export interface SyntheticOptions {
  /** low 32 bits count */
  readonly seed: number;
  /** how many made-up symbols, or their names; 12 when absent */
  readonly symbols?: number | readonly string[];
  /** trading days (YYYY-MM-DD, New York, ascending), or how many from a day on */
  readonly sessions: readonly string[] | { readonly from: string; readonly count: number };
  /** every symbol has a bar in every minute from the first to the last of the day: for benchmarks */
  readonly dense?: boolean;
  /** trends last for hours, and not for the better part of one */
  readonly lastingTrends?: boolean;
  /** stop after this many minutes that have bars */
  readonly minutesMax?: number;
}

/** How many symbols the sample market has. */
export const SAMPLE_SYMBOLS = 12;
const SAMPLE_SEED = 20_240_703;
/** The middle one closes early, at 13:00. */
const SAMPLE_SESSIONS = ['2024-07-02', '2024-07-03', '2024-07-05'] as const;

/**
 * The built-in sample market: synthetic minute bars of 12 symbols over three sessions, one of them a half day. It holds trends that can be
 * learned, so that a strategy that follows them earns its stake within these days: that says nothing of any market there is.
 */
export const sampleMarket = (): BarTable =>
  syntheticMarket({ seed: SAMPLE_SEED, sessions: SAMPLE_SESSIONS, lastingTrends: true });

/** Synthetic bars for benchmarks: `symbols` × `intervals`, one bar each in every minute of the sessions from 2024-01-02 on. */
export function denseMarket(options: { readonly symbols: number; readonly intervals: number; readonly seed?: number }): BarTable {
  const { symbols, intervals, seed = 1 } = options;
  // Every day has at least 780 minutes, from 04:00 to 17:00.
  const sessions = { from: '2024-01-02', count: Math.max(1, Math.ceil(intervals / 780)) };
  return syntheticMarket({ seed, symbols, sessions, dense: true, minutesMax: intervals });
}

/** Synthetic minute bars. @throws RangeError for days that are no trading days or not ascending, UnitError for bad tickers */
export function syntheticMarket(options: SyntheticOptions): BarTable {
  const symbols = symbolsOf(options.symbols ?? SAMPLE_SYMBOLS);
  const stocks = symbols.map((symbol) => newSyntheticStock(options.seed, symbol, options.lastingTrends ?? false));
  const draft = newBarTableDraft('1m', symbols);
  const market: Market = {
    draft,
    stocks,
    dense: options.dense ?? false,
    minutesLeft: options.minutesMax ?? Infinity,
    row: newRow(),
  };
  for (const session of sessionsOf(options.sessions)) {
    if (market.minutesLeft > 0) writeSession(market, session);
  }
  return finishBarTable(draft);
}

interface Market {
  readonly draft: BarTableDraft;
  readonly stocks: readonly SyntheticStock[];
  readonly dense: boolean;
  minutesLeft: number;
  readonly row: BarRow;
}

const newRow = (): BarRow => ({ t: 0, symbol: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 });

/** Made-up names carry digits, which no listed US stock's does; one has a class after a dot, as `BRK.B` has. */
function symbolsOf(symbols: number | readonly string[]): Ticker[] {
  if (typeof symbols !== 'number') return [...new Set(symbols)].sort(compareText).map(ticker);
  if (!Number.isInteger(symbols) || symbols < 1) throw new RangeError(`symbols must be a positive whole number, got ${symbols}`);
  const digits = Math.max(2, String(symbols - 1).length);
  const name = (_: unknown, i: number): Ticker => ticker(i === 0 ? 'SYN.B' : `SYN${String(i).padStart(digits, '0')}`);
  return Array.from({ length: symbols }, name);
}

function sessionsOf(sessions: SyntheticOptions['sessions']): readonly TradingSession[] {
  if ('from' in sessions) return sessionsFrom(sessions.from, sessions.count);
  return sessions.map((date, i) => {
    const session = sessionOn(date);
    if (session === undefined) throw new RangeError(`${date} is not a trading day`);
    if (i > 0 && date <= item(sessions, i - 1)) throw new RangeError(`${date} does not come after ${item(sessions, i - 1)}`);
    return session;
  });
}

function sessionsFrom(from: string, count: number): readonly TradingSession[] {
  const sessions = sessionsBetween(from, CALENDAR_LAST).slice(0, count);
  if (sessions.length < count) throw new RangeError(`the calendar ends before ${count} sessions from ${from}`);
  return sessions;
}

function writeSession(market: Market, session: TradingSession): void {
  const regularMinutes = (session.close - session.open) / MINUTE_MS;
  for (const stock of market.stocks) passNight(stock, regularMinutes, !market.dense);
  for (let t = session.preOpen + MINUTE_MS; t <= session.postClose && market.minutesLeft > 0; t += MINUTE_MS) {
    const before = market.draft.count;
    for (let symbol = 0; symbol < market.stocks.length; symbol++) writeMinute(market, session, symbol, t);
    if (market.draft.count > before) market.minutesLeft--;
  }
}

function writeMinute(market: Market, session: TradingSession, symbol: number, t: number): void {
  const stock = item(market.stocks, symbol);
  const { row, draft } = market;
  if (t > session.open && t <= session.close) {
    const minute = (t - session.open) / MINUTE_MS - 1;
    printRegularMinute(stock, minute, (session.close - session.open) / MINUTE_MS, row);
    const isSilent = isHaltedAt(stock, minute) || nextUniform(stock.random) >= stock.regularChance;
    if (isSilent && !market.dense) return;
  } else {
    const minutesAway = (t <= session.open ? session.open - t : t - session.close) / MINUTE_MS;
    const chance = minutesAway < NEAR_MINUTES ? EXTENDED_CHANCE_NEAR : EXTENDED_CHANCE;
    if (!market.dense && nextUniform(stock.random) >= chance) return;
    printExtendedMinute(stock, row);
  }
  row.t = t;
  row.symbol = symbol;
  appendBar(draft, row);
}
