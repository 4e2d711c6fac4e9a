import { ADAPTED_LEVELS, QUANTILE_LEVELS } from '@aitrader/model';

/*
 * What is remembered of each symbol to say how far its price may go over a horizon: columns of numbers, a row of each a slot.
 * Variances are in e8² of a log return. Horizons, and all other minutes, are of regular hours.
 *
 * 1. A symbol's rows depend on the bars and states of that symbol only.
 * 2. Nothing here reads a price from after the bar that it was told last.
 */

export const QUANTILES = QUANTILE_LEVELS.length;
export const ADAPTED = ADAPTED_LEVELS.length;
/** Index of the median among the levels. */
export const MEDIAN = 6;

/** The last bar of regular hours: its close in dollars, where it lay, and the state's variance per minute. */
export const LAST = {
  close: 0,
  minute: 1,
  /** index of the session plus 1; 0 before the first bar */
  session: 2,
  variance: 3,
  /** moving average of closes, which begins anew with each session of minute bars, and for how many minutes it has run */
  average: 4,
  averaged: 5,
  /** squared return of that bar over the variance before, per minute that it took; −1 of a session's first */
  moved: 6,
  /** mean over past sessions (or daily bars) of ln(variance), how many there were, the sum of variances over this one, and its bars */
  usualLn: 7,
  sessions: 8,
  sum: 9,
  bars: 10,
  /** bars to a session of late */
  perSession: 11,
} as const;
export const LAST_WIDTH = 12;

/** Parts of a regular session that have a rate of their own: half hours, the first and the last five minutes. */
export const PARTS = 15;
/**
 * By part, squared returns over the state's variance and the minutes that they took; the same of nights, one each; and over all parts
 * together, against what the usual session would have made of it.
 */
export const SEASON = {
  squares: 0,
  minutes: PARTS,
  nightSquares: 2 * PARTS,
  nights: 2 * PARTS + 1,
  sum: 2 * PARTS + 2,
  usual: 2 * PARTS + 3,
} as const;
export const SEASON_WIDTH = 2 * PARTS + 4;

/** Horizons that end within the session, and those that reach over a night. */
export const SPANS = 2;
/** Times of day at which horizons that end within the session begin. */
export const TIMES = 4;
/** Of a symbol, a horizon and a span: what outcomes were against what was expected, and the shape of their law. */
export const SHAPE = {
  squares: 0,
  weight: 1,
  /** outcomes learned */
  seen: 2,
  /** quantiles in standard deviations, and what the adapted ones are stretched by */
  raw: 3,
  adapted: 3 + QUANTILES,
  /** by time of day, the same as the first two */
  timeSquares: 3 + QUANTILES + ADAPTED,
  timeWeights: 3 + QUANTILES + ADAPTED + TIMES,
} as const;
export const SHAPE_WIDTH = 3 + QUANTILES + ADAPTED + 2 * TIMES;

/** Forecasts of a symbol and a horizon that wait for their outcome: a ring. */
export const WAITING_MAX = 32;
/** `bars` since the last one was made. */
export const WAITING = { first: 0, count: 1, bars: 2, forecasts: 3 } as const;
/** One that waits: the minute at which it is due, the close it was made at, its variance before anything learned and after, span and time of day. */
export const WAIT = { due: 0, close: 1, expected: 2, variance: 3, span: 4, time: 5 } as const;
export const WAIT_WIDTH = 6;
export const WAITING_WIDTH = 3 + WAITING_MAX * WAIT_WIDTH;

/** Plain data. */
export interface HorizonLaws {
  /** minutes of regular hours; a session has 390 */
  readonly horizons: readonly number[];
  /** slots that there is room for */
  room: number;
  last: Float64Array;
  season: Float64Array;
  shapes: Float64Array;
  waiting: Float64Array;
}

/** Longest horizon: a year. */
const HORIZON_MAX = 252 * 390;

/** Laws of the horizons, in minutes of regular hours, before the first bar. @throws RangeError for a horizon that is none */
export function newHorizonLaws(horizons: readonly number[]): HorizonLaws {
  for (const horizon of horizons) {
    if (!Number.isSafeInteger(horizon) || horizon < 1 || horizon > HORIZON_MAX)
      throw new RangeError(`a horizon must be a whole number of minutes from 1 to ${HORIZON_MAX}, got ${horizon}`);
  }
  const none = new Float64Array(0);
  return { horizons: [...horizons], room: 0, last: none, season: none, shapes: none, waiting: none };
}

const widthsOf = ({ horizons }: HorizonLaws) => ({
  ...{ last: LAST_WIDTH, season: SEASON_WIDTH },
  ...{ shapes: horizons.length * SPANS * SHAPE_WIDTH, waiting: horizons.length * WAITING_WIDTH },
});
const COLUMNS = ['last', 'season', 'shapes', 'waiting'] as const;

/** Makes room for so many slots; what the others hold stays. */
export function growHorizonLaws(laws: HorizonLaws, slots: number): void {
  if (laws.room >= slots) return;
  const widths = widthsOf(laws);
  for (const name of COLUMNS) {
    const grown = new Float64Array(slots * widths[name]);
    grown.set(laws[name]);
    laws[name] = grown;
  }
  laws.room = slots;
}

/** Forgets all of a slot. */
export function clearHorizonLaws(laws: HorizonLaws, slot: number): void {
  const widths = widthsOf(laws);
  for (const name of COLUMNS) laws[name].fill(0, slot * widths[name], (slot + 1) * widths[name]);
}

/** Forgets the prices of a slot and the forecasts that wait for theirs: what was learned of its moves stays. */
export function forgetPrices(laws: HorizonLaws, slot: number): void {
  laws.last[slot * LAST_WIDTH + LAST.session] = 0;
  for (let h = 0; h < laws.horizons.length; h++) {
    const at = (slot * laws.horizons.length + h) * WAITING_WIDTH;
    laws.waiting.fill(0, at, at + WAITING_WIDTH);
  }
}
