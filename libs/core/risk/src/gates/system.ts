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
