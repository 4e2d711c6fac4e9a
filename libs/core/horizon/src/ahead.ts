import { exp, ln } from '@aitrader/core-numeric';
import type { Moment } from '@aitrader/core-sessions';
import { E8, item, read, type Timeframe } from '@aitrader/model';
import { LAST, LAST_WIDTH, TIMES, type HorizonLaws } from './horizon-laws.ts';
import { partOf, pathOf, rateOf, SESSION_LENGTH } from './season.ts';
import { OVER, WITHIN } from './shapes.ts';

/*
 * The law of a symbol's log return over a horizon of h minutes of regular hours, from its last bar of them:
 *
 *     variance = v^w · usual^(1−w) · path(h) · (1 + 0.02 shock + 0.1 stray) · scale
 *
 * v is the state's variance per minute and `usual` its usual value, the geometric mean of those of past sessions, to which it returns: w falls with h, in the way
 * of Corsi (2009), "A simple approximate long-memory model of realized volatility". `path` is what the minutes to come, and the nights
 * between them, make of one. `shock` is how far the last bar went and `stray` how far the price is from its moving average, both squared,
 * over what was to be expected, of minute bars: prices that have just moved go on to move more than a filter of variance has learned yet, and those are
 * the bars at which strategies speak. `scale` and the quantiles are what outcomes of such forecasts have been (`shapes.ts`).
 *
 * 1. The law depends on bars and states up to the last one alone.
 */

const SHOCK_WEIGHT = 0.02;
const STRAY_WEIGHT = 0.1;
/** The most that a square counts, of what was expected. */
const SQUARE_MAX = 16;
const LEAST_RATE = 0.05;
/** In place of a move: the bar was a session's first. */
export const NOTHING_MOVED = -1;
/** Minutes before a moving average says anything. */
const AVERAGED_MIN = 5;
const MS_PER_MINUTE = 60_000;
/** Minutes after the open until which the times of day reach. */
const TIME_ENDS = [30, 120, 270] as const;
/** w = front / (1 + h / life). Minute bars know today's variance, daily ones that of weeks. */
const FRONT = 0.6;
const LIFE = SESSION_LENGTH;
const DAILY_LIFE = 25 * SESSION_LENGTH;

/** What is expected before anything learned from outcomes, and where its shape is. One object, overwritten by each call. */
interface Ahead {
  /** e8² */
  variance: number;
  span: number;
  /** index of the time of day, −1 over a night */
  time: number;
}
/** Minutes in which what the moving average knows of a price fades. */
const AVERAGE_LIFE = 40;
/** What the average keeps of its distance over each number of whole minutes of a session, which nearly all of them are; and its square. */
const KEPT = Float64Array.from({ length: SESSION_LENGTH + 1 }, (_, minutes) => exp(-minutes / AVERAGE_LIFE));
const KEPT_SQUARED = Float64Array.from(KEPT, (_, minutes) => exp((-2 * minutes) / AVERAGE_LIFE));
/** What a moving average keeps of its distance over so many minutes. */
export const keptOver = (minutes: number): number => KEPT[minutes] ?? exp(-minutes / AVERAGE_LIFE);
const keptSquaredOver = (minutes: number): number => KEPT_SQUARED[minutes] ?? exp((-2 * minutes) / AVERAGE_LIFE);

const AHEAD: Ahead = { variance: NaN, span: OVER, time: -1 };
const START = { passed: 0, left: 0 };

/** The variance over the horizon of an index from a slot's last bar, which `moment` and `t` say where it lies. O(parts) */
export function lawAhead(laws: HorizonLaws, slot: number, h: number, timeframe: Timeframe, moment: Moment, t: number): Ahead {
  const { last } = laws;
  const at = slot * LAST_WIDTH;
  const horizon = item(laws.horizons, h);
  const lnVariance = ln(read(last, at + LAST.variance));
  const usual = read(last, at + LAST.sessions) > 0 ? read(last, at + LAST.usualLn) : lnVariance;
  const isDaily = timeframe === '1d';
  const w = isDaily ? 1 / (1 + horizon / DAILY_LIFE) : FRONT / (1 + horizon / LIFE);
  const { session } = moment;
  const passed = isDaily || session === undefined ? 0 : (t - session.open) / MS_PER_MINUTE;
  const left = isDaily || session === undefined ? 0 : (session.close - t) / MS_PER_MINUTE;
  START.passed = passed;
  START.left = left;
  const path = isDaily ? horizon : pathOf(laws, slot, START, horizon);
  const agitation = isDaily ? 1 : agitationOf(laws, slot, partOf(moment, t));
  AHEAD.variance = exp(w * lnVariance + (1 - w) * usual) * path * agitation;
  AHEAD.span = !isDaily && horizon <= left ? WITHIN : OVER;
  AHEAD.time = AHEAD.span === WITHIN ? timeOf(passed) : -1;
  return AHEAD;
}

function timeOf(passed: number): number {
  let time = 0;
  while (time < TIMES - 1 && passed > item(TIME_ENDS, time)) time++;
  return time;
}

function agitationOf(laws: HorizonLaws, slot: number, part: number): number {
  const rate = rateOf(laws, slot, part);
  const moved = read(laws.last, slot * LAST_WIDTH + LAST.moved);
  const shock = moved === NOTHING_MOVED ? 1 : Math.min(SQUARE_MAX, moved / Math.max(LEAST_RATE, rate));
  return 1 + SHOCK_WEIGHT * shock + STRAY_WEIGHT * strayOf(laws, slot, rate);
}

/** Squared distance of the price from its moving average over that of a random walk: σ² τ (1 − exp(−2 minutes / τ)) / 2. */
function strayOf({ last }: HorizonLaws, slot: number, rate: number): number {
  const at = slot * LAST_WIDTH;
  const minutes = read(last, at + LAST.averaged);
  if (minutes <= AVERAGED_MIN) return 1;
  const close = read(last, at + LAST.close);
  const distance = (E8 * (close - read(last, at + LAST.average))) / close;
  const perMinute = read(last, at + LAST.variance) * rate;
  const expected = (perMinute * AVERAGE_LIFE * (1 - keptSquaredOver(minutes))) / 2;
  return Math.min(SQUARE_MAX, (distance * distance) / expected);
}
