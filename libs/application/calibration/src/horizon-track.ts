import {
  followBar,
  forgetPrices,
  growHorizonLaws,
  lawOver,
  newHorizonLaw,
  newHorizonLaws,
  SESSION_LENGTH,
  type HorizonLaws,
} from '@aitrader/core-horizon';
import { mappedPrice, type PriceMap } from '@aitrader/core-market';
import { returnE8, scoreUnderState } from '@aitrader/core-probability';
import type { Moment } from '@aitrader/core-sessions';
import { AT, E8, item, MINUTES_OF, QUANTILE_LEVELS, read, STATE_WIDTH, type Timeframe } from '@aitrader/model';
import { COVERAGE_LEVELS, hitsOf, isHit, LAWS, type CoverageLevel, type Law } from './intervals.ts';

/*
 * One symbol's laws over horizons of several bars against what came: from every bar of regular hours past the burn-in whose horizon the
 * series has the end of.
 *
 * 1. A law is that of the bar it starts from, held against the last close of regular hours by its end.
 */

const MS_PER_MINUTE = 60_000;
const E8_PER_PERCENT = E8 / 100;
/** Minutes after the open until which the first part of a session reaches, and the second and third. */
const OPENING = 30;

/** Groups that outcomes are counted in, beside all of them. */
export const HORIZON_GROUPS = ['signals', 'within', 'over', 'opening', 'calm', 'normal', 'turbulent'] as const;
export type HorizonGroup = (typeof HORIZON_GROUPS)[number];
const REGIME_GROUPS = ['calm', 'normal', 'turbulent'] as const;

/** How many outcomes there were, and how many of them the intervals held: by law, then level. */
export interface HorizonHits {
  n: number;
  readonly held: Float64Array;
}
const newHits = (): HorizonHits => ({ n: 0, held: new Float64Array(LAWS.length * COVERAGE_LEVELS.length) });

/** How often an interval held, in per cent; NaN of no outcomes. */
export const shareHeld = ({ n, held }: HorizonHits, law: Law, level: CoverageLevel): number =>
  (100 * read(held, LAWS.indexOf(law) * COVERAGE_LEVELS.length + COVERAGE_LEVELS.indexOf(level))) / n;

/** So many are let go of at once. */
const SETTLED_KEPT = 512;

/** A law that waits for its outcome. */
interface Waiting {
  readonly due: number;
  close: number;
  /** quantiles as a state has them */
  readonly row: Float64Array;
  /** those of the one-bar law, stretched by the root of the horizon's bars */
  readonly scaled: Float64Array;
  readonly groups: readonly HorizonGroup[];
}

/** One horizon's outcomes. */
export interface HorizonScores {
  readonly minutes: number;
  readonly all: HorizonHits;
  readonly groups: Readonly<Record<HorizonGroup, HorizonHits>>;
  /** sums, of returns in per cent */
  crps: number;
  crpsScaled: number;
  readonly waiting: Waiting[];
  settled: number;
}

export interface HorizonTrack {
  readonly laws: HorizonLaws;
  readonly horizons: readonly HorizonScores[];
  readonly burnIn: number;
  seen: number;
  close: number;
}

export function newHorizonTrack(horizons: readonly number[], burnIn: number): HorizonTrack {
  const laws = newHorizonLaws(horizons);
  growHorizonLaws(laws, 1);
  const scores = (minutes: number): HorizonScores => ({
    minutes,
    all: newHits(),
    groups: {
      ...{ signals: newHits(), within: newHits(), over: newHits(), opening: newHits() },
      ...{ calm: newHits(), normal: newHits(), turbulent: newHits() },
    },
    ...{ crps: 0, crpsScaled: 0, waiting: [], settled: 0 },
  });
  return { laws, horizons: horizons.map(scores), burnIn, seen: 0, close: 0 };
}

/** A bar, the state emitted with it, and whether a strategy spoke. */
export interface TrackedBar {
  readonly timeframe: Timeframe;
  readonly moment: Moment;
  readonly t: number;
  readonly close: number;
  readonly row: Float64Array;
  readonly signals: boolean;
}

/** Takes the next bar of the symbol, and the state in its row. */
export function trackHorizons(track: HorizonTrack, bar: TrackedBar): void {
  const { laws, horizons } = track;
  const { moment, close, row } = bar;
  track.seen++;
  const volatility = read(row, AT.volatility);
  followBar(laws, 0, bar, volatility * volatility);
  if (moment.phase !== 'RTH') return;
  const law = newHorizonLaw();
  horizons.forEach((scores, h) => {
    settle(scores, moment.regularMinute, close, track.close);
    if (track.seen <= track.burnIn || !lawOver(laws, 0, h, bar, law)) return;
    const wait = new Float64Array(STATE_WIDTH);
    law.quantiles.forEach((quantile, k) => (wait[AT.q005 + k] = Math.round(quantile)));
    law.adapted.forEach((quantile, k) => (wait[AT.a005 + k] = Math.round(quantile)));
    scores.waiting.push({
      due: moment.regularMinute + scores.minutes,
      close,
      row: wait,
      scaled: scaledLaw(row, scores.minutes / stepMinutes(bar.timeframe)),
      groups: groupsOf(bar, scores.minutes),
    });
  });
  track.close = close;
}

const stepMinutes = (timeframe: Timeframe): number => (timeframe === '1d' ? SESSION_LENGTH : MINUTES_OF[timeframe]);

function scaledLaw(row: Float64Array, bars: number): Float64Array {
  const scaled = new Float64Array(STATE_WIDTH);
  for (let k = 0; k < QUANTILE_LEVELS.length; k++) scaled[AT.q005 + k] = Math.round(Math.sqrt(bars) * read(row, AT.q005 + k));
  return scaled;
}

function groupsOf({ moment, t, row, signals, timeframe }: TrackedBar, minutes: number): HorizonGroup[] {
  const { session } = moment;
  const isWithin = timeframe !== '1d' && session !== undefined && (session.close - t) / MS_PER_MINUTE >= minutes;
  const isOpening = timeframe !== '1d' && session !== undefined && (t - session.open) / MS_PER_MINUTE <= OPENING;
  const regime = REGIME_GROUPS[read(row, AT.regime)];
  return [
    ...(signals ? (['signals'] as const) : []),
    isWithin ? 'within' : 'over',
    ...(isOpening ? (['opening'] as const) : []),
    ...(regime === undefined ? [] : [regime]),
  ];
}

function settle(scores: HorizonScores, minute: number, close: number, before: number): void {
  const { waiting } = scores;
  while (scores.settled < waiting.length) {
    const wait = item(waiting, scores.settled);
    if (wait.due > minute) break;
    scores.settled++;
    if (wait.close > 0) score(scores, wait, returnE8(wait.close, wait.due === minute ? close : before));
  }
  if (scores.settled < SETTLED_KEPT && scores.settled < waiting.length) return;
  waiting.splice(0, scores.settled);
  scores.settled = 0;
}

function score(scores: HorizonScores, { row, scaled, groups }: Waiting, outcome: number): void {
  const hits = hitsOf(row, outcome);
  for (const counted of [scores.all, ...groups.map((group) => scores.groups[group])]) {
    counted.n++;
    LAWS.forEach((law, l) => {
      COVERAGE_LEVELS.forEach((level, i) => {
        const at = l * COVERAGE_LEVELS.length + i;
        if (isHit(hits, law, level)) counted.held[at] = read(counted.held, at) + 1;
      });
    });
  }
  scores.crps += scoreUnderState(row, 0, outcome).crps / E8_PER_PERCENT;
  scores.crpsScaled += scoreUnderState(scaled, 0, outcome).crps / E8_PER_PERCENT;
}

/** Lets a corporate action move the prices that outcomes are held against; where nothing is left of them, nothing is. */
export function moveHorizonPrices(track: HorizonTrack, map: PriceMap | 'anew'): void {
  const moved = (price: number): number => (map === 'anew' ? undefined : mappedPrice(price, map)) ?? 0;
  forgetPrices(track.laws, 0);
  track.close = moved(track.close);
  for (const { waiting } of track.horizons) for (const wait of waiting) wait.close = moved(wait.close);
}
