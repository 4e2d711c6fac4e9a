import { clearAtr, growAtr, newAtr, restateAtr, updateAtr, type Atr } from '@aitrader/core-features';
import { SESSION_MINUTES } from '@aitrader/core-sessions';
import type { ParameterRules } from '@aitrader/model';
import { ARMED, BAR_FLAGS, DAILY_BARS, STATE_SOUND, TRUE_RANGE, WARMED_UP } from './conditions.ts';
import {
  clearDailyReturns,
  growDailyReturns,
  newDailyReturns,
  restateDailyReturns,
  scaledDailyReturn,
  updateDailyReturns,
  type DailyReturns,
} from './daily-returns.ts';
import { exitFigureRule, hasComeBack } from './leaving.ts';
import { stopByRange, STOPS_BY_RANGE, targetByRange } from './stops-by-range.ts';
import { aCount, aNumber, aWindow, parameterOf, type StrategyKind, type Trigger } from './strategy-kind.ts';

export interface DailyReturnMemory {
  readonly atr: Atr;
  readonly returns: DailyReturns;
}

/** What the parameters of such strategies are usually. */
interface Usual {
  readonly lookbackBars: number;
  readonly zMin: number;
  readonly zExit: number;
  readonly horizonSessions: number;
  readonly stopAtr: number;
  readonly targetAtr: number;
}

const parametersOf = (usual: Usual) => ({
  lookbackBars: aWindow('daily bars that the past return is over', usual.lookbackBars, 1, 2_520),
  centreBars: aWindow('centre of mass of the daily variance, bars', 60, 1, 2_520),
  zMin: aNumber('standard deviations that the past return is from 0', usual.zMin, 0, 100),
  zExit: exitFigureRule(usual.zExit),
  atrBars: STOPS_BY_RANGE.atrBars,
  stopAtr: { ...STOPS_BY_RANGE.stopAtr, usual: usual.stopAtr },
  targetAtr: { ...STOPS_BY_RANGE.targetAtr, usual: usual.targetAtr },
  horizonSessions: aCount(
    'sessions that a signal speaks of, and after which it may be given again',
    usual.horizonSessions,
    1,
    252,
  ),
  warmUpBars: aCount('bars of a symbol before its first signal', 120, 0, 100_000),
});
type Name = keyof ReturnType<typeof parametersOf>;

/** A kind of strategy that looks at the return over the last so many daily bars: with it or against it. */
export function dailyReturnKind(of: {
  readonly usual: Usual;
  readonly sense: Trigger<unknown>['sense'];
  /** the mean that is claimed, in standard deviations of the law, of a past return in standard deviations */
  readonly claim: (z: number) => number;
}): StrategyKind<Name, DailyReturnMemory> {
  const parameters: ParameterRules<Name> = parametersOf(of.usual);
  const trigger: Trigger<DailyReturnMemory> = {
    ...{ what: 'past return', band: 'band', unit: 'sd', sense: of.sense },
    find: (considered, { slot }, into) => {
      into.value = scaledDailyReturn(considered.memory.returns, slot);
      into.high = parameterOf(considered, 'zMin');
      into.low = -into.high;
    },
  };
  return {
    parameters,
    columns: ['flags'],
    newMemory: ({ atrBars, lookbackBars, centreBars }) => ({
      atr: newAtr(atrBars),
      returns: newDailyReturns(lookbackBars, centreBars),
    }),
    grow: ({ atr, returns }, slots) => {
      growAtr(atr, slots);
      growDailyReturns(returns, slots);
    },

    fold: ({ memory: { atr, returns } }, { slot, high, low, close, isQuarantined, timeframe }) => {
      if (isQuarantined || timeframe !== '1d') return;
      updateAtr(atr, slot, high, low, close);
      updateDailyReturns(returns, slot, close);
    },
    restate: ({ atr, returns }, slot, map) => {
      restateAtr(atr, slot, map.less, map.times);
      restateDailyReturns(returns, slot, map);
    },
    forget: ({ atr, returns }, slot) => {
      clearAtr(atr, slot);
      clearDailyReturns(returns, slot);
    },

    trigger,
    conditions: [DAILY_BARS, WARMED_UP, BAR_FLAGS, STATE_SOUND, TRUE_RANGE, ARMED],

    leaves: (considered, sight) => (hasComeBack(trigger, considered, sight, 'zExit') ? 'past return gone' : undefined),
    horizonMinutes: ({ horizonSessions }) => horizonSessions * SESSION_MINUTES,
    claim: ({ memory }, { slot }, { sd }) => of.claim(scaledDailyReturn(memory.returns, slot)) * sd,
    stopDistance: stopByRange,
    targetDistance: targetByRange,
    rearmBars: ({ horizonSessions }) => horizonSessions,
  };
}
