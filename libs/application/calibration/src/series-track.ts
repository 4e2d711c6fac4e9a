import { AT, E8, fnv1a32, read, STATE_FLAG, STATE_WIDTH, type Ticker } from '@aitrader/model';
import { mappedPrice, type PriceMap } from '@aitrader/core-market';
import { ln, newRandomStream, nextUniform, type RandomStream } from '@aitrader/core-numeric';
import { randomizedPit } from '@aitrader/core-metrics';
import { returnE8, scoreFigures, scoreUnderState } from '@aitrader/core-probability';
import type { Phase } from '@aitrader/core-sessions';
import { ewmaGaussian, expandingGaussian, learnReturn, newBaselines, scoresOf, type Baselines } from './baselines.ts';
import { emittedCdf } from './emitted-law.ts';
import { hitsOf } from './intervals.ts';

/*
 * One symbol's forecasts against what came, bar by bar.
 *
 * 1. A bar is held against the state emitted with the bar before, as integers, and against nothing later.
 * 2. Every bar after the burn-in counts once, unless the stage says that it had no forecast for it.
 */

/** Bars at the end of a series that are kept whole, to be drawn. */
export const WINDOW_BARS = 250;
export const PHASES: readonly Phase[] = ['PRE', 'RTH', 'POST', 'CLOSED', 'OVERNIGHT'];
/** e8 units per per cent, and the stage's units per nat. */
const E8_PER_PERCENT = E8 / 100;
const LOG_SCORE_UNITS = 1e6;
/** Half of the smallest step of a price, in dollars. */
const HALF_TICK_DOLLARS = 0.005;
/** Standard deviations from the 5 % to the 95 % quantile of a normal law. */
const WIDTH_90 = 2 * 1.6448536269514722;
/** In place of a close: the series begins anew with its next bar. */
const NOTHING = 0;

/** A scored bar of the window: what was forecast of it, and what came. */
export interface DrawnBar {
  readonly t: number;
  readonly closeBefore: number;
  readonly close: number;
  /** the state emitted with the bar before */
  readonly forecast: Float64Array;
}

/** Sums of the scores of the bars that count. */
export interface ScoreSums {
  crps: number;
  logScore: number;
}

/** How the forecast of one bar fared, in nats and of returns in per cent. */
export interface ScoredBar {
  readonly symbol: Ticker;
  /** epoch ms */
  readonly t: number;
  readonly logScore: number;
  readonly crps: number;
  /** ln h + r² / h of the emitted variance h */
  readonly qlike: number;
  /** randomised over the tick */
  readonly pit: number;
  /** the intervals that held it */
  readonly hits: number;
}

export interface SeriesTrack {
  readonly symbol: Ticker;
  /** bars of the whole series, known beforehand */
  readonly bars: number;
  readonly burnIn: number;
  /** bars seen so far */
  seen: number;
  closeBefore: number;
  /** the part of the day that the last state was made in */
  made: number;
  /** the first close that is another than the very first one came with this bar; Infinity while there was none */
  firstMove: number;
  readonly forecast: Float64Array;
  readonly baselines: Baselines;
  readonly luck: RandomStream;
  /** bars that count, and those past the burn-in that had no forecast */
  scored: number;
  unscored: number;
  readonly t: Float64Array;
  readonly hits: Uint16Array;
  readonly pits: Float64Array;
  /** index into PHASES of the bar; part of the day and regime label of the state that forecast it */
  readonly phase: Uint8Array;
  readonly daypart: Uint8Array;
  readonly regime: Uint8Array;
  readonly model: ScoreSums;
  readonly expanding: ScoreSums;
  readonly ewma: ScoreSums;
  readonly drawn: DrawnBar[];
  /** told how each bar that counts fared */
  readonly onScored: ((bar: ScoredBar) => void) | undefined;
}

export function newSeriesTrack(symbol: Ticker, bars: number, burnIn: number, onScored?: (bar: ScoredBar) => void): SeriesTrack {
  const capacity = Math.max(0, bars - burnIn);
  const sums = (): ScoreSums => ({ crps: 0, logScore: 0 });
  return {
    symbol,
    bars,
    burnIn,
    seen: 0,
    closeBefore: 0,
    made: 0,
    firstMove: Infinity,
    forecast: new Float64Array(STATE_WIDTH),
    baselines: newBaselines(),
    luck: newRandomStream(fnv1a32(symbol)),
    scored: 0,
    unscored: 0,
    t: new Float64Array(capacity),
    hits: new Uint16Array(capacity),
    pits: new Float64Array(capacity),
    phase: new Uint8Array(capacity),
    daypart: new Uint8Array(capacity),
    regime: new Uint8Array(capacity),
    model: sums(),
    expanding: sums(),
    ewma: sums(),
    drawn: [],
    onScored,
  };
}

/** Lets a corporate action move the price that the next bar is held against; where nothing is left of it, no forecast is. */
export function movePrice(track: SeriesTrack, map: PriceMap | 'anew'): void {
  track.closeBefore = (map === 'anew' ? undefined : mappedPrice(track.closeBefore, map)) ?? NOTHING;
}

/** A bar as it counts: its close (epoch ms, and USD), the phase that it ends in, and the part of the day that its state was made in. */
export interface CountedBar {
  readonly t: number;
  readonly close: number;
  readonly phase: Phase;
  readonly daypart: number;
}

/** Takes the next bar of the symbol, and the state in `row` that the stage emitted with it. */
export function trackBar(track: SeriesTrack, bar: CountedBar, row: Float64Array): void {
  const { close } = bar;
  if (track.seen > 0 && track.closeBefore === NOTHING) {
    if (track.seen >= track.burnIn) track.unscored++;
  } else if (track.seen > 0) {
    const y = returnE8(track.closeBefore, close);
    if (y !== 0 && track.firstMove === Infinity) track.firstMove = track.seen;
    if (track.seen >= track.burnIn) scoreBar(track, bar, row, y);
    learnReturn(track.baselines, y / E8_PER_PERCENT);
  }
  track.forecast.set(row);
  track.closeBefore = close;
  track.made = bar.daypart;
  track.seen++;
}

function scoreBar(track: SeriesTrack, { t, close, phase }: CountedBar, row: Float64Array, y: number): void {
  if ((read(row, AT.flags) & STATE_FLAG.UNSCORED) !== 0) {
    track.unscored++;
    return;
  }
  const { forecast, baselines } = track;
  const at = track.scored++;
  const halfTick = Math.round((E8 * HALF_TICK_DOLLARS) / close);
  track.t[at] = t;
  track.hits[at] = hitsOf(forecast, y);
  track.pits[at] = randomizedPit((x) => emittedCdf(forecast, x), y, halfTick, nextUniform(track.luck));
  track.phase[at] = PHASES.indexOf(phase);
  track.daypart[at] = track.made;
  track.regime[at] = read(forecast, AT.regime);
  const figures = scoreFigures(scoreUnderState(forecast, 0, y));
  const scores = { crps: figures.crps / E8_PER_PERCENT, logScore: figures.logScore / LOG_SCORE_UNITS };
  add(track.model, scores);
  if (track.onScored !== undefined) {
    const [pit, hits] = [read(track.pits, at), track.hits[at] ?? 0];
    track.onScored({ symbol: track.symbol, t, ...scores, qlike: qlikeOf(forecast, y), pit, hits });
  }
  add(track.expanding, scoresOf(expandingGaussian(baselines), y / E8_PER_PERCENT));
  add(track.ewma, scoresOf(ewmaGaussian(baselines), y / E8_PER_PERCENT));
  if (track.seen >= track.bars - WINDOW_BARS)
    track.drawn.push({ t, closeBefore: track.closeBefore, close, forecast: forecast.slice() });
}

/**
 * By the variance of the normal law whose central 90 % are as wide as the emitted ones: a state has quantiles, and no variance of the next bar.
 * Source: Patton (2011), "Volatility forecast comparison using imperfect volatility proxies", J. Econometrics 160.
 */
function qlikeOf(forecast: Float64Array, y: number): number {
  const sd = Math.max(1, (read(forecast, AT.q950) - read(forecast, AT.q050)) / WIDTH_90) / E8_PER_PERCENT;
  const r = y / E8_PER_PERCENT;
  return ln(sd * sd) + (r * r) / (sd * sd);
}

function add(sums: ScoreSums, scores: Readonly<ScoreSums>): void {
  sums.crps += scores.crps;
  sums.logScore += scores.logScore;
}
