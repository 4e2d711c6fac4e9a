// Invariants
// 1. The bytes depend on the rows and their order only, never on where the buffer was flushed.
// 2. Two rows of a kind that differ in anything differ in bytes; −0 and 0 are the same number.
// 3. What a row cannot say exactly is refused: NaN, infinity, half a surrogate pair, text beyond its bound.

import {
  FORECAST_LEVELS,
  GAP_CAUSES,
  QUANTILE_LEVELS,
  STATE_WIDTH,
  TICKER_BYTES_MAX,
  item,
  read,
  readUint32,
  type BarGap,
  type BarRevision,
  type BarSlice,
  type Denial,
  type EpochMs,
  type Fill,
  type GateFigure,
  type HoldingsForecast,
  type Order,
  type OrderEvent,
  type Signal,
  type StateSlice,
  type Ticker,
  type AccountForecast,
  type Watchlist,
} from '@aitrader/model';
import { REGIME_COUNT } from './schemas.ts';
import { TEXT_LENGTH_MAX } from './wire-units.ts';

/**
 * Canonical binary rows: what a digest is taken over, and nothing else depends on. A row is a sequence of 8-byte words:
 * numbers are IEEE 754 doubles, little-endian; a symbol is 16 bytes of ASCII, zero-padded; text is its length in bytes as a
 * double, then its UTF-8 bytes, zero-padded to whole words. The figures of a state, most of a digest, take half a word each.
 */
export interface RowBuffer {
  readonly bytes: Uint8Array;
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
  /** 8-byte words written */
  used: number;
  readonly flush: (bytes: Uint8Array) => void;
  /** symbols seen, in the order in which they came first, and the four words of each; where the one looked for last stands */
  readonly tickers: Ticker[];
  tickerWords: Uint32Array;
  readonly tickerAt: Map<Ticker, number>;
  lastTicker: number;
}

const BUFFER_WORDS = 8192;
/** Room asked for before a row and before each of its texts: the longest text, its length, and the numbers around it. */
const ROOM_WORDS = 4096;
const ASCII_MAX = 127;
const TICKER_WORDS = TICKER_BYTES_MAX / 4;

/** A buffer that hands its bytes to `flush` whenever it is full. @throws Error on a big-endian host, whose rows would differ */
export function newRowBuffer(flush: (bytes: Uint8Array) => void): RowBuffer {
  const bytes = new Uint8Array(BUFFER_WORDS * 8);
  const doubles = new Float64Array(bytes.buffer);
  doubles[0] = 1;
  if (bytes[7] !== 0x3f) throw new Error('canonical rows are little-endian, and this host is not');
  const words = new Uint32Array(bytes.buffer);
  return {
    bytes,
    doubles,
    words,
    used: 0,
    flush,
    tickers: [],
    tickerWords: new Uint32Array(),
    tickerAt: new Map(),
    lastTicker: -1,
  };
}

/** Hands over what is still in the buffer. */
export function flushRows(rows: RowBuffer): void {
  if (rows.used > 0) rows.flush(rows.bytes.subarray(0, rows.used * 8));
  rows.used = 0;
}

function room(rows: RowBuffer): void {
  if (rows.used + ROOM_WORDS > BUFFER_WORDS) flushRows(rows);
}

const number = (rows: RowBuffer, value: number): void => {
  if (!Number.isFinite(value)) throw new RangeError(`a row cannot hold ${value}`);
  rows.doubles[rows.used++] = value + 0;
};

/** Lists of a kind have one length, which the row therefore does not say. */
function numbers(rows: RowBuffer, values: readonly number[], length: number): void {
  if (values.length !== length) throw new RangeError(`${values.length} numbers where a row has ${length}`);
  for (let i = 0; i < length; i++) number(rows, item(values, i));
}

function symbol(rows: RowBuffer, name: Ticker): void {
  const from = tickerIndex(rows, name) * TICKER_WORDS;
  const at = rows.used * 2;
  const { words, tickerWords } = rows;
  for (let i = 0; i < TICKER_WORDS; i++) words[at + i] = readUint32(tickerWords, from + i);
  rows.used += 2;
}

/** Symbols come in the same order from slice to slice: the next one is nearly always right, and comparing is cheaper than hashing. */
function tickerIndex(rows: RowBuffer, name: Ticker): number {
  const next = rows.lastTicker + 1 < rows.tickers.length ? rows.lastTicker + 1 : 0;
  rows.lastTicker = rows.tickers[next] === name ? next : (rows.tickerAt.get(name) ?? addTicker(rows, name));
  return rows.lastTicker;
}

function addTicker(rows: RowBuffer, name: Ticker): number {
  const index = rows.tickers.push(name) - 1;
  rows.tickerAt.set(name, index);
  if (rows.tickerWords.length < (index + 1) * TICKER_WORDS) {
    const larger = new Uint32Array(Math.max(64, index * 2) * TICKER_WORDS);
    larger.set(rows.tickerWords);
    rows.tickerWords = larger;
  }
  new Uint8Array(rows.tickerWords.buffer, index * TICKER_BYTES_MAX, TICKER_BYTES_MAX).set(new TextEncoder().encode(name));
  return index;
}

/** ASCII is copied by hand: nearly all text is, and the encoder would cost more than the hash. */
function text(rows: RowBuffer, value: string): void {
  const { length } = value;
  if (length > TEXT_LENGTH_MAX) checkLength(value);
  room(rows);
  const start = (rows.used + 1) * 8;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code > ASCII_MAX) {
      encodedText(rows, value);
      return;
    }
    rows.bytes[start + i] = code;
  }
  closeText(rows, length);
}

/** Characters may be surrogate pairs, of two code units each. */
function checkLength(value: string): void {
  if (value.length <= 2 * TEXT_LENGTH_MAX && Array.from(value).length <= TEXT_LENGTH_MAX) return;
  throw new RangeError(`text of ${value.length} code units is too long for a row`);
}

function encodedText(rows: RowBuffer, value: string): void {
  if (!value.isWellFormed()) throw new RangeError(`a row cannot hold half a surrogate pair: ${JSON.stringify(value)}`);
  const bytes = new TextEncoder().encode(value);
  rows.bytes.set(bytes, (rows.used + 1) * 8);
  closeText(rows, bytes.length);
}

/** Pads text that was written behind its length, and writes the length. */
function closeText(rows: RowBuffer, length: number): void {
  number(rows, length);
  const words = (length + 7) >> 3;
  for (let at = rows.used * 8 + length; at < (rows.used + words) * 8; at++) rows.bytes[at] = 0;
  rows.used += words;
}

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
}

function gateRow(rows: RowBuffer, figure: GateFigure): void {
  text(rows, figure.gate);
  number(rows, figure.value);
  number(rows, figure.limit);
  text(rows, figure.unit);
  text(rows, figure.comparison);
}

function gateRows(rows: RowBuffer, gates: readonly GateFigure[]): void {
  number(rows, gates.length);
  for (const figure of gates) gateRow(rows, figure);
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
