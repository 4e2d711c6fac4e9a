import type { Atr } from '@aitrader/core-features';
import { PPM, read, readUint32, STATE_FLAG } from '@aitrader/model';
import { figure, type Sight } from './sight.ts';
import { parameterOf, spentBit, type Condition, type Considered } from './strategy-kind.ts';

/*
 * Conditions that several strategies have, each by the parameters that it names.
 */

/** More bars of the symbol were heard than `warmUpBars`. */
export const WARMED_UP: Condition<unknown> = {
  ...{ gate: 'WARMED_UP', unit: 'count' },
  isMet: (of, { slot }) => readUint32(of.common.seen, slot) > parameterOf(of, 'warmUpBars'),
  measure: (of, { slot }) => [readUint32(of.common.seen, slot), parameterOf(of, 'warmUpBars') + 1],
};

export const REGULAR_HOURS: Condition<unknown> = {
  ...{ gate: 'REGULAR_HOURS', unit: 'flags' },
  isMet: (_, { moment }) => moment.phase === 'RTH',
  measure: (_, { moment }) => [moment.phase === 'RTH' ? 0 : 1, 0],
};

/** For strategies that minutes within a session matter to. */
export const MINUTE_BARS: Condition<unknown> = {
  ...{ gate: 'MINUTE_BARS', unit: 'flags' },
  isMet: (_, { timeframe }) => timeframe !== '1d',
  measure: (_, { timeframe }) => [timeframe === '1d' ? 1 : 0, 0],
};

/** For strategies that look from session to session. */
export const DAILY_BARS: Condition<unknown> = {
  ...{ gate: 'DAILY_BARS', unit: 'flags' },
  isMet: (_, { timeframe }) => timeframe === '1d',
  measure: (_, { timeframe }) => [timeframe === '1d' ? 0 : 1, 0],
};

export const BAR_FLAGS: Condition<unknown> = {
  ...{ gate: 'BAR_FLAGS', unit: 'flags' },
  isMet: (_, { bars, row }) => readUint32(bars.flags, row) === 0,
  measure: (_, { bars, row }) => [readUint32(bars.flags, row), 0],
};

/** What makes a state one that nothing is concluded from. */
const UNSOUND = STATE_FLAG.WARMING_UP | STATE_FLAG.SUSPECT | STATE_FLAG.SATURATED;

export const STATE_SOUND: Condition<unknown> = {
  ...{ gate: 'STATE_SOUND', unit: 'flags' },
  isMet: (_, sight) => {
    const flags = figure(sight, 'flags');
    return flags >= 0 && (flags & UNSOUND) === 0;
  },
  measure: (_, sight) => [figure(sight, 'flags') & UNSOUND, 0],
};

/** P(velocity > 0) is at least `velocityUpMin` for a long, and its mirror for a short. */
export const VELOCITY: Condition<unknown> = {
  ...{ gate: 'VELOCITY', unit: 'ppm' },
  isMet: (of, sight) => {
    const up = figure(sight, 'velocityUp');
    return sight.direction > 0 ? up >= velocityLimit(of, sight) : up <= velocityLimit(of, sight);
  },
  measure: (of, sight) => [figure(sight, 'velocityUp'), velocityLimit(of, sight)],
};

function velocityLimit(of: Considered<unknown>, { direction }: Sight): number {
  const least = Math.round(parameterOf(of, 'velocityUpMin') * PPM);
  return direction > 0 ? least : PPM - least;
}

/** P(turbulent) is at most `turbulentMax`. */
export const CALM: Condition<unknown> = {
  ...{ gate: 'CALM', unit: 'ppm' },
  isMet: (of, sight) => figure(sight, 'turbulent') <= Math.round(parameterOf(of, 'turbulentMax') * PPM),
  measure: (of, sight) => [figure(sight, 'turbulent'), Math.round(parameterOf(of, 'turbulentMax') * PPM)],
};

/** There is an average true range to measure stops by. */
export const TRUE_RANGE: Condition<{ readonly atr: Atr }> = {
  ...{ gate: 'TRUE_RANGE', unit: 'dollars' },
  isMet: ({ memory }, { slot }) => read(memory.atr.value, slot) > 0,
  measure: ({ memory }, { slot }) => [read(memory.atr.value, slot), 0],
};

/** The direction was not signalled since its figure was in its band. */
export const ARMED: Condition<unknown> = {
  ...{ gate: 'ARMED', unit: 'flags' },
  isMet: ({ common }, { slot, direction }) => (readUint32(common.spent, slot) & spentBit(direction)) === 0,
  measure: ({ common }, { slot, direction }) => [readUint32(common.spent, slot) & spentBit(direction), 0],
};
