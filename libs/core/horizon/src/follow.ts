import { ln } from '@aitrader/core-numeric';
import { E8, item, read, type Timeframe } from '@aitrader/model';
import type { Moment } from '@aitrader/core-sessions';
import {
  LAST,
  LAST_WIDTH,
  SPANS,
  WAIT,
  WAIT_WIDTH,
  WAITING,
  WAITING_MAX,
  WAITING_WIDTH,
  type HorizonLaws,
} from './horizon-laws.ts';
import { keptOver, lawAhead, NOTHING_MOVED } from './ahead.ts';
import { learnMinutes, learnNight, partOf, SESSION_LENGTH } from './season.ts';
import { learnOutcome, scaleOf, shapeAt, startShape } from './shapes.ts';

/*
 * 1. A forecast is held against the last close of regular hours at or before the minute at which it is due, and once.
 * 2. Of bars, every so many-th makes a forecast that is learned from, so that busy times count for as much as they are asked for.
 */

/** Forecasts to a horizon that are learned from: shorter ones than a session, and others. */
const SAMPLES_WITHIN = 8;
const SAMPLES_OVER = 16;
/** Weight of the newest in the mean of ln(variance) over the past: of a session of minute bars, of a daily bar. */
const SESSION_GAIN = 0.05;
const DAILY_GAIN = 0.01;

/** Weight of a session in how many bars there are to one. */
const BARS_GAIN = 0.1;

/** A bar as this package sees it. */
export interface SeenBar {
  readonly timeframe: Timeframe;
  readonly moment: Moment;
  readonly t: number;
  readonly close: number;
}

/**
 * Takes in a symbol's next bar, and the variance per minute of the state that came with it, in e8². Bars outside regular hours, and those without a price or a variance,
 * change nothing. Amortised O(horizons / their samples); free of allocation
 */
export function followBar(laws: HorizonLaws, slot: number, bar: SeenBar, variance: number): void {
  const { moment, close, timeframe } = bar;
  if (moment.phase !== 'RTH' || !(close > 0 && close < Infinity && variance > 0 && variance < Infinity)) return;
  const at = slot * LAST_WIDTH;
  const { last } = laws;
  const session = read(last, at + LAST.session);
  // since the bar before
  const nights = moment.sessionIndex + 1 - session;
  const minutes = moment.regularMinute - read(last, at + LAST.minute);
  if (session === 0) begin(laws, slot);
  else {
    settle(laws, slot, moment.regularMinute, close);
    if (timeframe !== '1d') learnSeason(laws, slot, nights, minutes, bar);
  }
  noteBar(last, at, nights, minutes, bar);
  last[at + LAST.variance] = variance;
  if (timeframe === '1d') learnUsual(last, at, ln(variance), DAILY_GAIN);
  else {
    last[at + LAST.sum] = read(last, at + LAST.sum) + variance;
    last[at + LAST.bars] = read(last, at + LAST.bars) + 1;
  }
  sample(laws, slot, bar);
}

/** Shapes are begun once; a slot that only forgot its prices goes on with those it has. */
function begin(laws: HorizonLaws, slot: number): void {
  if (read(laws.last, slot * LAST_WIDTH + LAST.variance) > 0) return;
  for (let h = 0; h < laws.horizons.length; h++) for (let span = 0; span < SPANS; span++) startShape(laws, slot, h, span);
}

/** Learns what the bar says of its minutes, or of the night before it. */
function learnSeason(laws: HorizonLaws, slot: number, nights: number, minutes: number, { moment, t, close }: SeenBar): void {
  const { last } = laws;
  const at = slot * LAST_WIDTH;
  const before = read(last, at + LAST.close);
  const move = (E8 * (close - before)) / before;
  const square = (move * move) / read(last, at + LAST.variance);
  if (nights > 0) {
    last[at + LAST.moved] = NOTHING_MOVED;
    learnNight(laws, slot, square, nights);
    endSession(last, at);
  } else if (minutes > 0) {
    last[at + LAST.moved] = square / minutes;
    learnMinutes(laws, slot, partOf(moment, t), square, minutes);
  }
}

function endSession(last: Float64Array, at: number): void {
  const bars = read(last, at + LAST.bars);
  if (bars === 0) return;
  learnUsual(last, at, ln(read(last, at + LAST.sum) / bars), SESSION_GAIN);
  const perSession = read(last, at + LAST.perSession);
  last[at + LAST.perSession] = perSession === 0 ? bars : perSession + BARS_GAIN * (bars - perSession);
  last[at + LAST.sum] = 0;
  last[at + LAST.bars] = 0;
}

function learnUsual(last: Float64Array, at: number, value: number, gain: number): void {
  const seen = read(last, at + LAST.sessions) + 1;
  const early = 1 / seen;
  const mean = read(last, at + LAST.usualLn);
  last[at + LAST.sessions] = seen;
  last[at + LAST.usualLn] = mean + (early > gain ? early : gain) * (value - mean);
}

function noteBar(last: Float64Array, at: number, nights: number, minutes: number, { moment, close }: SeenBar): void {
  if (nights === 0) {
    last[at + LAST.average] = close + (read(last, at + LAST.average) - close) * keptOver(minutes);
    last[at + LAST.averaged] = read(last, at + LAST.averaged) + minutes;
  } else {
    last[at + LAST.average] = close;
    last[at + LAST.averaged] = 0;
  }
  last[at + LAST.close] = close;
  last[at + LAST.minute] = moment.regularMinute;
  last[at + LAST.session] = moment.sessionIndex + 1;
}

/** Holds the forecasts that are due against what came. */
function settle(laws: HorizonLaws, slot: number, minute: number, close: number): void {
  const { waiting, horizons } = laws;
  for (let h = 0; h < horizons.length; h++) {
    const ring = (slot * horizons.length + h) * WAITING_WIDTH;
    let count = read(waiting, ring + WAITING.count);
    if (count === 0) continue;
    let first = whole(read(waiting, ring + WAITING.first));
    const forecasts = ring + WAITING.forecasts;
    if (read(waiting, forecasts + first * WAIT_WIDTH + WAIT.due) > minute) continue;
    do {
      settleOne(laws, slot, h, forecasts + first * WAIT_WIDTH, minute, close);
      first = first + 1 === WAITING_MAX ? 0 : first + 1;
      count--;
    } while (count > 0 && read(waiting, forecasts + first * WAIT_WIDTH + WAIT.due) <= minute);
    waiting[ring + WAITING.first] = first;
    waiting[ring + WAITING.count] = count;
  }
}

function settleOne(laws: HorizonLaws, slot: number, h: number, wait: number, minute: number, close: number): void {
  const { waiting, shapes, last } = laws;
  const isNow = read(waiting, wait + WAIT.due) === minute;
  const at = shapeAt(laws, slot, h, whole(read(waiting, wait + WAIT.span)));
  learnOutcome(shapes, at, whole(read(waiting, wait + WAIT.time)), {
    outcome: E8 * ln((isNow ? close : read(last, slot * LAST_WIDTH + LAST.close)) / read(waiting, wait + WAIT.close)),
    expected: read(waiting, wait + WAIT.expected),
    variance: read(waiting, wait + WAIT.variance),
  });
}

/** A whole number of a column of floats, for the engine to reckon indices with it in integers. */
const whole = (value: number): number => value | 0;

/** Makes the forecasts that are to be learned from. */
function sample(laws: HorizonLaws, slot: number, bar: SeenBar): void {
  const { waiting, horizons } = laws;
  const minute = bar.moment.regularMinute;
  const perSession = bar.timeframe === '1d' ? 1 : read(laws.last, slot * LAST_WIDTH + LAST.perSession) || SESSION_LENGTH;
  const perMinute = perSession / SESSION_LENGTH;
  for (let h = 0; h < horizons.length; h++) {
    const horizon = item(horizons, h);
    const ring = (slot * horizons.length + h) * WAITING_WIDTH;
    const since = read(waiting, ring + WAITING.bars) + 1;
    waiting[ring + WAITING.bars] = since;
    const samples = horizon < SESSION_LENGTH ? SAMPLES_WITHIN : SAMPLES_OVER;
    if (since * samples < horizon * perMinute) continue;
    const count = whole(read(waiting, ring + WAITING.count));
    if (count === WAITING_MAX) continue;
    const ahead = lawAhead(laws, slot, h, bar.timeframe, bar.moment, bar.t);
    if (!(ahead.variance > 0 && ahead.variance < Infinity)) continue;
    const wait = ring + WAITING.forecasts + ((whole(read(waiting, ring + WAITING.first)) + count) % WAITING_MAX) * WAIT_WIDTH;
    waiting[wait + WAIT.due] = minute + horizon;
    waiting[wait + WAIT.close] = bar.close;
    waiting[wait + WAIT.expected] = ahead.variance;
    waiting[wait + WAIT.variance] = ahead.variance * scaleOf(laws.shapes, shapeAt(laws, slot, h, ahead.span), ahead.time);
    waiting[wait + WAIT.span] = ahead.span;
    waiting[wait + WAIT.time] = ahead.time;
    waiting[ring + WAITING.count] = count + 1;
    waiting[ring + WAITING.bars] = 0;
  }
}
