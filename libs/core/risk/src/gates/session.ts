import type { Intent } from '../intent.ts';
import { minutesToTrade } from '../session.ts';
import { atLeast, atMost } from '../verdict.ts';

/*
 * Whether there is time to enter, and to be out again.
 */

/** An entry must also leave itself a minute before its position is flattened. */
export const session = atLeast<Intent>('SESSION', 'minutes', ({ state }, wanted) => {
  const { noEntryMinutesBeforeClose, flattenMinutesBeforeClose } = state.config;
  return { value: minutesToTrade(state, wanted), limit: Math.max(noEntryMinutesBeforeClose, flattenMinutesBeforeClose + 1) };
});

/** Each part of a session has entries of its own. */
export const sessionPart = atMost<Intent>('SESSION_PART', 'count', ({ state: { pace, config }, part }) => ({
  value: pace.inPart + 1,
  limit: part === null ? 0 : config.entryLimits.perSessionPartMax[part],
}));
