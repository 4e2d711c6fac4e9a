import { dataLevelOf } from '../data-trust.ts';
import type { Intent } from '../intent.ts';
import { minutesSinceClose } from '../tape.ts';
import { atMost } from '../verdict.ts';

/*
 * Whether anything may be entered at all, and on what was heard.
 */

const MS_PER_MINUTE = 60_000;

export const tradingState = atMost<Intent>('TRADING_STATE', 'flags', ({ state }) => ({
  value: state.halt === null ? 0 : 1,
  limit: 0,
}));

/** When the operator said so whose word stops the entries: the command stands in the recording at that instant. */
export const killSwitch = atMost<Intent>('KILL_SWITCH', 'time', ({ state: { haltedBy } }) => ({
  value: haltedBy?.t ?? 0,
  limit: 0,
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

/** The older of the two counts: the close that the symbol has, and the signal raised on it. */
export const staleness = atMost<Intent>('STALENESS', 'minutes', ({ state: { tape, t, config } }, signal) => {
  const signalAge = Math.ceil((t - signal.t) / MS_PER_MINUTE);
  const value = signalAge >= 0 ? Math.max(signalAge, minutesSinceClose(tape, signal.symbol, t)) : NaN;
  return { value, limit: config.stalenessMinutesMax };
});
