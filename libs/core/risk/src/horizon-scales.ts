/*
 * How far prices move from a point of the day to the close, and to the close after it.
 *
 *     sd = v · √minutes · √(pooled · own)       minutes: to the close; to the next one 960 more
 *
 * The 960 are those from 04:00 to 20:00 New York time. v is the state's volatility, which knows how much the symbol moves just now, and nothing of what a whole afternoon or a night adds to that.
 * Both factors are learned from what came true: `pooled` of all symbols together, by the half hours left, which holds the shape of the day and
 * the nights; `own` of one symbol, which holds that thin symbols have fewer bars than minutes. Means over sessions, the last ones most.
 *
 * 1. A scale rests on closes that were there when it was asked for.
 * 2. The order in which symbols were first seen changes nothing.
 * 3. It is bounded: two sessions' points of each symbol of the run.
 */
import { E8, findSlot, FORECAST_HORIZONS, read, type EpochMs, type ForecastHorizon, type Ticker } from '@aitrader/model';
import { ln } from '@aitrader/core-numeric';
import { momentAt, SESSION_MINUTES, type CalendarCursor } from '@aitrader/core-sessions';
import { volatilityOf, type Innovations } from './innovations.ts';
import type { Tape } from './tape.ts';

const INDEX: Readonly<Record<ForecastHorizon, number>> = { close: 0, 'next-close': 1 };

/** Minutes between two points of the day, counted back from the close. */
export const POINT_MINUTES = 30;
/** The close itself, and every half hour before it. */
export const POINTS = 13;
const MS_PER_MINUTE = 60_000;
/** What the mean of all symbols, and that of one, keep of a session until the next. */
const POOLED_KEPT = 0.95;
const OWN_KEPT = 0.97;
/** A square counts for so many times what was expected of it at most. */
const SQUARE_MAX = 16;

/** Plain data; columns by the slots of innovations. */
export interface HorizonScales {
  /** the session that `today` is of; −1 before the first point */
  session: number;
  /** ln of the price, and the volatility, at each point of this session and of the one before it; volatility 0 where there was none */
  today: Float64Array;
  before: Float64Array;
  /** factors of the variance by horizon and point, and by slot and horizon; 0 where nothing was learned */
  readonly pooled: Float64Array;
  own: Float64Array;
}

const ROW = POINTS * 2;

export const newHorizonScales = (): HorizonScales => ({
  session: -1,
  today: new Float64Array(0),
  before: new Float64Array(0),
  pooled: new Float64Array(FORECAST_HORIZONS.length * POINTS),
  own: new Float64Array(0),
});

/** The point of the day that interval `t` is at: half hours left to the close, −1 where it is at none. @throws CalendarRangeError */
export function pointAt(calendar: CalendarCursor, t: EpochMs): number {
  const { phase, session } = momentAt(calendar, t);
  if (phase !== 'RTH' || session === undefined) return -1;
  const point = (session.close - t) / (POINT_MINUTES * MS_PER_MINUTE);
  return Number.isInteger(point) && point < POINTS ? point : -1;
}

/** What is known at a point of the day. */
export interface Sight {
  readonly scales: HorizonScales;
  readonly innovations: Innovations;
  readonly tape: Tape;
}

/** Takes down where prices are at a point of a session, and at its close learns from all that was to come true by then. O(symbols · POINTS). */
export function notePoint({ scales, innovations, tape }: Sight, session: number, point: number): void {
  const { index, volatility, order } = innovations;
  makeRoom(scales, index.symbols.length);
  if (scales.session !== session) {
    // a session that was not seen to its close, or is not the one before, tells nothing
    if (scales.session !== session - 1 || !isClosed(scales)) scales.today.fill(0);
    [scales.before, scales.today] = [scales.today, scales.before];
    scales.today.fill(0);
    scales.session = session;
  }
  index.symbols.forEach((symbol, slot) => {
    const at = findSlot(tape.index, symbol, slot);
    const price = at < 0 ? 0 : read(tape.close, at);
    if (!(price > 0)) return;
    scales.today[slot * ROW + point * 2] = ln(price);
    scales.today[slot * ROW + point * 2 + 1] = read(volatility, slot);
  });
  if (point !== 0) return;
  learn(scales, order, 'close', scales.today);
  learn(scales, order, 'next-close', scales.before);
}

const isClosed = ({ today }: HorizonScales): boolean => {
  for (let at = 1; at < today.length; at += ROW) if (read(today, at) > 0) return true;
  return false;
};

function makeRoom(scales: HorizonScales, slots: number): void {
  if (scales.today.length >= slots * ROW) return;
  const room = Math.max(64, 2 * slots);
  scales.today = grown(scales.today, room * ROW);
  scales.before = grown(scales.before, room * ROW);
  scales.own = grown(scales.own, room * FORECAST_HORIZONS.length);
}

function grown(column: Float64Array, length: number): Float64Array {
  const more = new Float64Array(length);
  more.set(column);
  return more;
}

/** What a horizon that ends at today's close has come to, from each of its points: first all symbols together, then each by itself. */
function learn(scales: HorizonScales, order: readonly number[], horizon: ForecastHorizon, from: Float64Array): void {
  const h = INDEX[horizon];
  const [squares, counts] = [new Float64Array(POINTS), new Float64Array(POINTS)];
  for (const slot of order) {
    const own = ownOf(scales, slot, horizon);
    let [mean, seen] = [0, 0];
    for (let point = horizon === 'close' ? 1 : 0; point < POINTS; point++) {
      const square = squareOf(scales, slot, horizon, point, from);
      if (square === undefined) continue;
      squares[point] = read(squares, point) + square / own;
      counts[point] = read(counts, point) + 1;
      mean += square / pooledOf(scales, horizon, point);
      seen++;
    }
    if (seen > 0) scales.own[slot * FORECAST_HORIZONS.length + h] = own * OWN_KEPT + (mean / seen) * (1 - OWN_KEPT);
  }
  for (let point = 0; point < POINTS; point++) {
    if (read(counts, point) === 0) continue;
    const mean = read(squares, point) / read(counts, point);
    const before = read(scales.pooled, h * POINTS + point);
    scales.pooled[h * POINTS + point] = before === 0 ? mean : before * POOLED_KEPT + mean * (1 - POOLED_KEPT);
  }
}

/** The squared return over what its volatility alone would have made of it; undefined where the point or the close has no price. */
function squareOf(
  scales: HorizonScales,
  slot: number,
  horizon: ForecastHorizon,
  point: number,
  from: Float64Array,
): number | undefined {
  const at = slot * ROW + point * 2;
  const [volatility, closed] = [read(from, at + 1), read(scales.today, slot * ROW + 1)];
  if (!(volatility > 0 && closed > 0)) return undefined;
  const change = read(scales.today, slot * ROW) - read(from, at);
  const sd = (volatility / E8) * Math.sqrt(minutesOf(horizon, point * POINT_MINUTES));
  return Math.min((change * change) / (sd * sd), SQUARE_MAX * ownOf(scales, slot, horizon) * pooledOf(scales, horizon, point));
}

const minutesOf = (horizon: ForecastHorizon, left: number): number => (horizon === 'close' ? left : left + SESSION_MINUTES);

const ownOf = ({ own }: HorizonScales, slot: number, horizon: ForecastHorizon): number => {
  const at = slot * FORECAST_HORIZONS.length + INDEX[horizon];
  return (slot >= 0 && at < own.length ? read(own, at) : 0) || 1;
};
const pooledOf = ({ pooled }: HorizonScales, horizon: ForecastHorizon, point: number): number =>
  read(pooled, INDEX[horizon] * POINTS + point) || 1;

/** Standard deviation of a slot's log return over a horizon when `left` minutes of regular hours are left; −1 for a symbol without a slot. */
export function horizonSd(
  { scales, innovations }: Omit<Sight, 'tape'>,
  horizon: ForecastHorizon,
  slot: number,
  left: number,
): number {
  const volatility = volatilityOf(innovations, slot);
  const point = Math.min(POINTS - 1, Math.max(horizon === 'close' ? 1 : 0, Math.round(left / POINT_MINUTES)));
  const factor = pooledOf(scales, horizon, point) * ownOf(scales, slot, horizon);
  return (volatility / E8) * Math.sqrt(Math.max(0, minutesOf(horizon, left)) * factor);
}

/** Prices of before a corporate action are no longer those of the symbol: what was to come true of it is dropped. */
export function forgetPoints(scales: HorizonScales, innovations: Innovations, symbol: Ticker): void {
  const slot = findSlot(innovations.index, symbol, 0);
  if (slot < 0 || (slot + 1) * ROW > scales.today.length) return;
  for (const points of [scales.today, scales.before]) points.fill(0, slot * ROW, (slot + 1) * ROW);
}
