// Invariants
// 1. The bytes depend on the rows and their order only, never on where the buffer was flushed.
// 2. Two rows of a kind that differ in anything differ in bytes; −0 and 0 are the same number.
// 3. What a row cannot say exactly is refused: NaN, infinity, half a surrogate pair, text beyond its bound.

import {
  FORECAST_LEVELS,
  GAP_CAUSES,
  QUANTILE_LEVELS,
  STATE_WIDTH,
  item,
  read,
  readUint32,
  type BarGap,
  type BarRevision,
  type BarSlice,
  type Denial,
  type EpochMs,
  type ExitSignal,
  type Fill,
  type GateFigure,
  type HoldingsForecast,
  type Order,
  type OrderEvent,
  type OrderExit,
  type Signal,
  type StateSlice,
  type AccountForecast,
  type Watchlist,
} from '@aitrader/model';
import { figureList, number, numbers, room, symbol, text, type RowBuffer } from './row-buffer.ts';
import { REGIME_COUNT } from './schemas.ts';

/** t, symbol, open, high, low, close, volume, flags. */
export function barRow(rows: RowBuffer, bars: BarSlice, i: number): void {
  room(rows);
  number(rows, bars.t);
  symbol(rows, item(bars.symbols, i));
  number(rows, read(bars.open, i));
  number(rows, read(bars.high, i));
  number(rows, read(bars.low, i));
  number(rows, read(bars.close, i));
  number(rows, read(bars.volume, i));
  number(rows, readUint32(bars.flags, i));
}

/** Stand where a bar's row has its instant, which is never negative. */
const REVISION = -1;
const GAP = -2;

/** −1, t of the slice, t of the bar, symbol, open, high, low, close, volume, flags. */
export function revisionRow(rows: RowBuffer, t: EpochMs, revision: BarRevision): void {
  room(rows);
  number(rows, REVISION);
  number(rows, t);
  number(rows, revision.t);
  symbol(rows, revision.symbol);
  number(rows, revision.open);
  number(rows, revision.high);
  number(rows, revision.low);
  number(rows, revision.close);
  number(rows, revision.volume);
  number(rows, revision.flags);
}

/** −2, t of the slice, symbol, place of the cause in `GAP_CAUSES`. */
export function gapRow(rows: RowBuffer, t: EpochMs, { symbol: name, cause }: BarGap): void {
  room(rows);
  number(rows, GAP);
  number(rows, t);
  symbol(rows, name);
  number(rows, GAP_CAUSES.indexOf(cause));
}

/** How the figures of a state follow: as 32-bit integers, which nearly always hold them, or as doubles. */
const FIGURES = { narrow: 0, wide: 1 } as const;
/** The form and the figures as 32-bit words fill up whole words. */
const NARROW_WORDS = (1 + STATE_WIDTH + 1) >> 1;
const WIDTH = STATE_WIDTH;

/**
 * t, symbol, then a 32-bit word, 0, and every figure in the order of `STATE_COLUMNS` as a 32-bit integer in two's complement, all of it
 * filled up with zeros to a whole word. When a figure is no such integer: the word is 1, then comes one that is 0, and every figure as
 * a number.
 */
export function stateRow(rows: RowBuffer, states: StateSlice, i: number): void {
  room(rows);
  number(rows, states.t);
  symbol(rows, item(states.symbols, i));
  const { words } = rows;
  const figures = states.rows;
  const from = i * WIDTH;
  const at = rows.used * 2;
  words[at] = FIGURES.narrow;
  words[at + 2 * NARROW_WORDS - 1] = 0;
  for (let c = 0; c < WIDTH; c++) {
    const figure = read(figures, from + c);
    const word = figure | 0;
    if (word !== figure) {
      wideFigures(rows, figures, from);
      return;
    }
    words[at + 1 + c] = word;
  }
  rows.used += NARROW_WORDS;
}

function wideFigures(rows: RowBuffer, figures: Float64Array, from: number): void {
  rows.words[rows.used * 2] = FIGURES.wide;
  rows.words[rows.used * 2 + 1] = 0;
  rows.used += 1;
  for (let c = 0; c < STATE_WIDTH; c++) number(rows, read(figures, from + c));
}

export function signalRow(rows: RowBuffer, signal: Signal): void {
  room(rows);
  number(rows, signal.t);
  symbol(rows, signal.symbol);
  text(rows, signal.id);
  text(rows, signal.strategy);
  const { forward } = signal;
  for (const value of [signal.direction, signal.reference, signal.stop, signal.target, signal.horizonMinutes])
    number(rows, value);
  for (const value of [forward.meanE8, forward.sdE8, forward.dofMilli]) number(rows, value);
  numbers(rows, forward.quantilesE8, QUANTILE_LEVELS.length);
  number(rows, signal.velocityUpPpm);
  number(rows, signal.volatilityE8);
  numbers(rows, signal.regimePpm, REGIME_COUNT);
  for (const value of [signal.regime, signal.coverage95Ppm, signal.scored]) number(rows, value);
  text(rows, signal.model);
  number(rows, signal.stateFlags);
  // a run without one has the digest that it had before signals had a holding time
  if (signal.holdMinutes !== null) number(rows, signal.holdMinutes);
}

/** Stands where a signal's and an order's row has its instant, which is never negative. */
const EXIT = -1;

/** −1, t, symbol, strategy, direction, reason. */
export function exitSignalRow(rows: RowBuffer, exit: ExitSignal): void {
  room(rows);
  number(rows, EXIT);
  number(rows, exit.t);
  symbol(rows, exit.symbol);
  text(rows, exit.strategy);
  number(rows, exit.direction);
  text(rows, exit.reason);
}

function gateRows(rows: RowBuffer, gates: readonly GateFigure[]): void {
  number(rows, gates.length);
  figureList(rows, gates);
}

export function orderRow(rows: RowBuffer, order: Order): void {
  room(rows);
  number(rows, order.t);
  text(rows, order.id);
  symbol(rows, order.symbol);
  text(rows, order.side);
  for (const value of [order.quantity, order.reference, order.stop, order.target, order.exitAt]) number(rows, value);
  text(rows, order.type);
  text(rows, order.timeInForce);
  text(rows, order.signalId);
  gateRows(rows, order.gates);
}

/** −1, t, order, symbol, reason. */
export function orderExitRow(rows: RowBuffer, exit: OrderExit): void {
  room(rows);
  number(rows, EXIT);
  number(rows, exit.t);
  text(rows, exit.orderId);
  symbol(rows, exit.symbol);
  text(rows, exit.reason);
}

export function denialRow(rows: RowBuffer, denial: Denial): void {
  room(rows);
  number(rows, denial.t);
  symbol(rows, denial.symbol);
  text(rows, denial.signalId);
  gateRows(rows, denial.gates);
  // a run without one has the digest that it had before halts had ids
  if (denial.trip !== '') text(rows, denial.trip);
}

export function orderEventRow(rows: RowBuffer, event: OrderEvent): void {
  room(rows);
  number(rows, event.t);
  text(rows, event.orderId);
  symbol(rows, event.symbol);
  text(rows, event.leg);
  text(rows, event.kind);
  number(rows, event.remaining);
  text(rows, event.reason);
}

export function fillRow(rows: RowBuffer, fill: Fill): void {
  room(rows);
  number(rows, fill.t);
  text(rows, fill.orderId);
  text(rows, fill.id);
  symbol(rows, fill.symbol);
  text(rows, fill.leg);
  text(rows, fill.side);
  number(rows, fill.quantity);
  number(rows, fill.price);
  number(rows, fill.fee);
  text(rows, fill.kind);
  text(rows, fill.amends ?? '');
  number(rows, fill.pessimistic ? 1 : 0);
}

/**
 * t, until, kind, minute, eligible, how many are listed; then of each, in the order of rank, symbol, score, gap, relative volume, range,
 * trend, uncertainty.
 */
export function watchlistRows(rows: RowBuffer, list: Watchlist): void {
  room(rows);
  number(rows, list.t);
  number(rows, list.until);
  text(rows, list.kind);
  for (const value of [list.minute, list.eligible, list.symbols.length]) number(rows, value);
  const { scoreMicro, gapPpm, relativeVolumeMilli, rangePpm, trendMilli, uncertaintyE8 } = list;
  const columns = [scoreMicro, gapPpm, relativeVolumeMilli, rangePpm, trendMilli, uncertaintyE8];
  list.symbols.forEach((name, rank) => {
    room(rows);
    symbol(rows, name);
    for (const column of columns) number(rows, item(column, rank));
  });
}

/**
 * t, _law_, equity; how many holdings there are, and of each symbol, held, open; how many forecasts, and of each horizon, until, the quantiles,
 * shortfall, how many parts it has, and of each symbol, sd, shortfall; how many outcomes, and of each horizon, madeAt, change.
 */
export function forecastRows(rows: RowBuffer, { t, law, equity, holdings, forecasts, outcomes }: AccountForecast): void {
  room(rows);
  number(rows, t);
  text(rows, law);
  number(rows, equity);
  number(rows, holdings.length);
  for (const { symbol: name, held, open } of holdings) {
    room(rows);
    symbol(rows, name);
    number(rows, held);
    number(rows, open);
  }
  number(rows, forecasts.length);
  for (const one of forecasts) holdingsForecastRow(rows, one);
  number(rows, outcomes.length);
  for (const { horizon, madeAt, change } of outcomes) {
    room(rows);
    text(rows, horizon);
    number(rows, madeAt);
    number(rows, change);
  }
}

function holdingsForecastRow(rows: RowBuffer, { horizon, until, quantiles, shortfall, parts }: HoldingsForecast): void {
  room(rows);
  text(rows, horizon);
  number(rows, until);
  numbers(rows, quantiles, FORECAST_LEVELS.length);
  number(rows, shortfall);
  number(rows, parts.length);
  for (const { symbol: name, sd, shortfall: part } of parts) {
    room(rows);
    symbol(rows, name);
    number(rows, sd);
    number(rows, part);
  }
}
