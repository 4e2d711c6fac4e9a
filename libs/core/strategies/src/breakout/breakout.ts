/*
 * Breakout: a close beyond both the Donchian channel and the day's opening range, in the direction that the state's velocity
 * takes, in a calm market.
 *
 *   claim = v · k + IC · (2P − 1) · sd          k = τ · (1 − exp(−h/τ))
 *
 * with h the horizon, v and P the state's velocity and P(v > 0), and sd that of the law over the horizon. The first term is the filter's own
 * drift: a velocity that fades with a mean life of τ, integrated over the horizon. The state does not say how fast its velocity fades, so τ is
 * an assumption, at the short end of the lives that such filters are given, which keeps the drift small. The second term is the belief in
 * continuation, in the form of Grinold, "Alpha is volatility times IC times score" (1994): 2P − 1 is the score (−1 certain fall, +1
 * certain rise), and IC the correlation of score and outcome that the strategy claims. It takes its sign from the state, never from the
 * direction of the trade: when the two disagree, whoever sizes the signal sees it.
 *
 * 1. The channel is that of the bars before: the bar that breaks it is never part of it.
 * 2. A daily bar holds the whole session, so that there is no opening range to leave.
 */
import {
  clearAtr,
  clearDonchian,
  clearOpeningRange,
  growAtr,
  growDonchian,
  growOpeningRange,
  newAtr,
  newDonchian,
  newOpeningRange,
  restateAtr,
  restateDonchian,
  updateAtr,
  updateDonchian,
  updateOpeningRange,
  type Atr,
  type Donchian,
  type OpeningRange,
} from '@aitrader/core-features';
import { exp } from '@aitrader/core-numeric';
import { PPM, read } from '@aitrader/model';
import { ARMED, BAR_FLAGS, CALM, REGULAR_HOURS, STATE_SOUND, TRUE_RANGE, VELOCITY, WARMED_UP } from '../conditions.ts';
import { holdMinutesRule } from '../leaving.ts';
import { figure } from '../sight.ts';
import { stopByRange, STOPS_BY_RANGE, targetByRange } from '../stops-by-range.ts';
import { aCount, aNumber, aWindow, type Condition, type StrategyKind } from '../strategy-kind.ts';

interface BreakoutMemory {
  readonly atr: Atr;
  readonly donchian: Donchian;
  readonly openingRange: OpeningRange;
}

/** The correlation of score and outcome that the strategy claims: 0.1 is about the best that forecasts of returns sustain. */
const INFORMATION_COEFFICIENT = 0.1;
/** Mean life of a velocity, trading minutes: a half-life of 21. */
const VELOCITY_LIFE_MINUTES = 30;

const PARAMETERS = {
  openingRangeMinutes: aWindow('minutes from the open that make the opening range', 30, 1, 100_000),
  donchianBars: aWindow('bars of the channel', 60, 1, 100_000),
  ...STOPS_BY_RANGE,
  velocityUpMin: aNumber('least P(velocity > 0) of a long signal, and of the mirrored short one', 0.55, 0.5, 1),
  turbulentMax: aNumber('greatest P(regime is turbulent)', 0.9, 0, 1),
  horizonMinutes: aCount('minutes that a signal speaks of', 60, 1, 100_000),
  holdMinutes: holdMinutesRule(0),
  warmUpBars: aCount('bars of a symbol before its first signal', 120, 0, 100_000),
};

const OPENING_RANGE: Condition<BreakoutMemory> = {
  ...{ gate: 'OPENING_RANGE', unit: 'dollars' },
  isMet: ({ memory: { openingRange } }, { timeframe, slot, close, direction }) => {
    if (timeframe === '1d') return true;
    return direction > 0 ? close > read(openingRange.high, slot) : close < read(openingRange.low, slot);
  },
  measure: ({ memory: { openingRange } }, { timeframe, slot, close, direction }) => [
    close,
    timeframe === '1d' ? NaN : read(direction > 0 ? openingRange.high : openingRange.low, slot),
  ],
};

export const BREAKOUT: StrategyKind<keyof typeof PARAMETERS, BreakoutMemory> = {
  parameters: PARAMETERS,
  columns: ['velocity', 'velocityUp', 'turbulent', 'flags'],
  newMemory: ({ atrBars, donchianBars, openingRangeMinutes }) => ({
    atr: newAtr(atrBars),
    donchian: newDonchian(donchianBars),
    openingRange: newOpeningRange(openingRangeMinutes),
  }),
  grow: ({ atr, donchian, openingRange }, slots) => {
    growAtr(atr, slots);
    growDonchian(donchian, slots);
    growOpeningRange(openingRange, slots);
  },

  // A flagged bar widens the channel, too, which holds signals back until it has left the window: leaving it out would make the next honest
  // bar look like a breakout. The average true range is spared a quarantined one, which would put later stops far away; where the price is
  // real, the true range of the next bar reaches over it.
  fold: ({ memory: { atr, donchian, openingRange } }, sight) => {
    const { slot, high, low, close, timeframe, moment, startAt, t } = sight;
    if (!sight.isQuarantined) updateAtr(atr, slot, high, low, close);
    updateDonchian(donchian, slot, high, low);
    const openAt = timeframe === '1d' ? NaN : (moment.session?.open ?? NaN);
    updateOpeningRange(openingRange, slot, openAt, startAt, t, high, low);
  },
  // a channel of before a split would make every close of after it a breakout
  restate: ({ atr, donchian, openingRange }, slot, { less, times }) => {
    restateAtr(atr, slot, less, times);
    restateDonchian(donchian, slot, less, times);
    clearOpeningRange(openingRange, slot);
  },
  forget: ({ atr, donchian, openingRange }, slot) => {
    clearAtr(atr, slot);
    clearDonchian(donchian, slot);
    clearOpeningRange(openingRange, slot);
  },

  trigger: {
    ...{ what: 'close', band: 'channel', unit: 'dollars', sense: 'with' },
    find: ({ memory: { donchian } }, { slot, close }, into) => {
      into.value = close;
      into.low = read(donchian.low, slot);
      into.high = read(donchian.high, slot);
    },
  },
  conditions: [WARMED_UP, REGULAR_HOURS, BAR_FLAGS, STATE_SOUND, OPENING_RANGE, VELOCITY, CALM, TRUE_RANGE, ARMED],

  horizonMinutes: ({ horizonMinutes }) => horizonMinutes,
  holdMinutes: ({ holdMinutes }) => holdMinutes,
  claim: (_, sight, { sd }, horizonMinutes) => {
    const score = (2 * figure(sight, 'velocityUp')) / PPM - 1;
    const worth = VELOCITY_LIFE_MINUTES * (1 - exp(-horizonMinutes / VELOCITY_LIFE_MINUTES));
    return figure(sight, 'velocity') * worth + INFORMATION_COEFFICIENT * score * sd;
  },
  stopDistance: stopByRange,
  targetDistance: targetByRange,
  rearmBars: () => Infinity,
};
