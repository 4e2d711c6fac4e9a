import { modeOf, type Trip } from '@aitrader/model';
import { dataLevelOf } from '../data-trust.ts';
import type { Intent } from '../intent.ts';
import { minutesSinceClose } from '../tape.ts';
import { dailyLossLimitPpm, drawdownLimitPpm } from '../trading-state.ts';
import { atMost } from '../verdict.ts';

/*
 * Whether anything may be entered at all, and on what was heard.
 */

const MS_PER_MINUTE = 60_000;

/** Of what halts entries: a loss or an operator, and an operator who lets the account only get smaller. */
const MODE_FLAGS = { active: 0, halted: 1, 'reduce-only': 2 } as const;

export const tradingState = atMost<Intent>('TRADING_STATE', 'flags', ({ state: { trips } }) => ({
  value: MODE_FLAGS[modeOf(trips)],
  limit: 0,
}));

/** The interval from which on an operator's word stops the entries: the command is among those that it was decided with. */
export const killSwitch = atMost<Intent>('KILL_SWITCH', 'time', ({ state: { trips } }) => ({
  value: trips.find(isCommanded)?.t ?? 0,
  limit: 0,
}));

const isCommanded = ({ kind }: Trip): boolean => kind !== 'drawdown' && kind !== 'daily-loss';

/** A loss halts at its limit, and passes below. */
export const dailyLoss = atMost<Intent>('DAILY_LOSS', 'ppm', ({ state: { config }, dailyLoss: value }) => ({
  value,
  limit: dailyLossLimitPpm(config) - 1,
}));

export const drawdown = atMost<Intent>('DRAWDOWN', 'ppm', ({ state: { config }, drawdown: value }) => ({
  value,
  limit: drawdownLimitPpm(config) - 1,
}));

/** How long after their close the bars of the interval were known; 0 of bars that are played. */
export const barsLate = atMost<Intent>('BARS_LATE', 'ms', ({ state: { knownAt, t, config } }) => ({
  value: knownAt - t,
  limit: config.entryLimits.barsLateMsMax,
}));

/** What the shards believe must be of one model: a fleet of two versions decides nothing. */
export const fleetVersions = atMost<Intent>('FLEET_VERSIONS', 'count', ({ models }) => ({ value: models, limit: 1 }));

/** Entries rest on data that is well, if of another vendor; what is worse lets positions be closed, and none be opened. */
const DATA_LEVEL_MAX = 1;
export const dataLevel = atMost<Intent>('DATA_LEVEL', 'count', ({ state }, { symbol }) => ({
  value: dataLevelOf(state.data, symbol),
  limit: DATA_LEVEL_MAX,
}));

/** What is held must be valued by prices of now, or no limit on the account means anything. O(positions). */
export const marksAge = atMost<Intent>('MARKS_AGE', 'minutes', ({ state: { tape, ledger, t, config } }) => {
  const { marksMinutesMax: limit } = config.entryLimits;
  if (limit === null) return { value: 0, limit: 0 };
  const ages = [...ledger.positions.keys()].map((symbol) => minutesSinceClose(tape, symbol, t));
  return { value: Math.max(0, ...ages), limit };
});

/** The older of the two counts: the close that the symbol has, and the signal raised on it. */
export const staleness = atMost<Intent>('STALENESS', 'minutes', ({ state: { tape, t, config } }, signal) => {
  const signalAge = Math.ceil((t - signal.t) / MS_PER_MINUTE);
  const value = signalAge >= 0 ? Math.max(signalAge, minutesSinceClose(tape, signal.symbol, t)) : NaN;
  return { value, limit: config.stalenessMinutesMax };
});
