import { exp, ln } from '@aitrader/core-numeric';
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
import { AVERAGE_LIFE, lawAhead, NOTHING_MOVED } from './ahead.ts';
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

/** A bar as this package sees it: `variance` is the state's of it, per minute, in e8². */
export interface SeenBar {
  readonly timeframe: Timeframe;
  readonly moment: Moment;
  readonly t: number;
  readonly close: number;
  readonly variance: number;
}

/**
 * Takes in a symbol's next bar, and the state that came with it. Bars outside regular hours, and those without a price or a variance,
 * change nothing. Amortised O(horizons / their samples); free of allocation
 */
export function followBar(laws: HorizonLaws, slot: number, bar: SeenBar): void {
  const { moment, close, variance, timeframe } = bar;
  if (moment.phase !== 'RTH' || !(close > 0 && close < Infinity && variance > 0 && variance < Infinity)) return;
  const at = slot * LAST_WIDTH;
  const { last } = laws;
  if (read(last, at + LAST.session) === 0) begin(laws, slot);
  else {
    settle(laws, slot, moment.regularMinute, close);
    if (timeframe !== '1d') learnSeason(laws, slot, bar);
  }
  noteBar(laws, slot, bar);
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
function learnSeason(laws: HorizonLaws, slot: number, { moment, t, close }: SeenBar): void {
  const { last } = laws;
  const at = slot * LAST_WIDTH;
  const before = read(last, at + LAST.close);
  const move = (E8 * (close - before)) / before;
  const square = (move * move) / read(last, at + LAST.variance);
  const nights = moment.sessionIndex + 1 - read(last, at + LAST.session);
  if (nights > 0) {
    last[at + LAST.moved] = NOTHING_MOVED;
    learnNight(laws, slot, square, nights);
    endSession(last, at);
    return;
  }
  const minutes = moment.regularMinute - read(last, at + LAST.minute);
  if (!(minutes > 0)) return;
  last[at + LAST.moved] = square / minutes;
  learnMinutes(laws, slot, partOf(moment, t), square, minutes);
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

/** What a moving average keeps of its distance over so many minutes; nearly always it is one. */
const ONE_MINUTE_KEPT = exp(-1 / AVERAGE_LIFE);
const keptOver = (minutes: number): number => (minutes === 1 ? ONE_MINUTE_KEPT : exp(-minutes / AVERAGE_LIFE));

function noteBar({ last }: HorizonLaws, slot: number, { moment, close, variance }: SeenBar): void {
  const at = slot * LAST_WIDTH;
  const session = moment.sessionIndex + 1;
  if (read(last, at + LAST.session) === session) {
    const minutes = moment.regularMinute - read(last, at + LAST.minute);
    last[at + LAST.average] = close + (read(last, at + LAST.average) - close) * keptOver(minutes);
    last[at + LAST.averaged] = read(last, at + LAST.averaged) + minutes;
  } else {
    last[at + LAST.average] = close;
    last[at + LAST.averaged] = 0;
  }
  last[at + LAST.close] = close;
  last[at + LAST.minute] = moment.regularMinute;
  last[at + LAST.session] = session;
  last[at + LAST.variance] = variance;
}

/** Holds the forecasts that are due against what came. */
function settle(laws: HorizonLaws, slot: number, minute: number, close: number): void {
  const { waiting, shapes, last, horizons } = laws;
  const before = read(last, slot * LAST_WIDTH + LAST.close);
  for (let h = 0; h < horizons.length; h++) {
    const ring = (slot * horizons.length + h) * WAITING_WIDTH;
    while (read(waiting, ring + WAITING.count) > 0) {
      const first = read(waiting, ring + WAITING.first);
      const wait = ring + WAITING.forecasts + first * WAIT_WIDTH;
      const due = read(waiting, wait + WAIT.due);
      if (due > minute) break;
      const outcome = E8 * ln((due === minute ? close : before) / read(waiting, wait + WAIT.close));
      const at = shapeAt(laws, slot, h, read(waiting, wait + WAIT.span));
      learnOutcome(shapes, at, read(waiting, wait + WAIT.time), {
        outcome,
        expected: read(waiting, wait + WAIT.expected),
        variance: read(waiting, wait + WAIT.variance),
      });
      waiting[ring + WAITING.first] = (first + 1) % WAITING_MAX;
      waiting[ring + WAITING.count] = read(waiting, ring + WAITING.count) - 1;
    }
  }
}

/** Makes the forecasts that are to be learned from. */
function sample(laws: HorizonLaws, slot: number, bar: SeenBar): void {
  const { waiting, horizons } = laws;
  const minute = bar.moment.regularMinute;
  const perSession = bar.timeframe === '1d' ? 1 : read(laws.last, slot * LAST_WIDTH + LAST.perSession) || SESSION_LENGTH;
  const perMinute = perSession / SESSION_LENGTH;
  for (let h = 0; h < horizons.length; h++) {
    const horizon = item(horizons, h);
    const ring = (slot * horizons.length + h) * WAITING_WIDTH;
    const count = read(waiting, ring + WAITING.count);
    const since = read(waiting, ring + WAITING.bars) + 1;
    waiting[ring + WAITING.bars] = since;
    const samples = horizon < SESSION_LENGTH ? SAMPLES_WITHIN : SAMPLES_OVER;
    if (since * samples < horizon * perMinute || count === WAITING_MAX) continue;
    const ahead = lawAhead(laws, slot, h, bar.timeframe, bar.moment, bar.t);
    if (!(ahead.variance > 0 && ahead.variance < Infinity)) continue;
    const wait = ring + WAITING.forecasts + ((read(waiting, ring + WAITING.first) + count) % WAITING_MAX) * WAIT_WIDTH;
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
