import type { Intent } from '../intent.ts';
import { minutesToTrade } from '../session.ts';
import { atLeast } from '../verdict.ts';

/*
 * Whether there is time to enter, and to be out again.
 */

/** An entry must also leave itself a minute before its position is flattened. */
export const session = atLeast<Intent>('SESSION', 'minutes', ({ state }, wanted) => {
  const { noEntryMinutesBeforeClose, flattenMinutesBeforeClose } = state.config;
  return { value: minutesToTrade(state, wanted), limit: Math.max(noEntryMinutesBeforeClose, flattenMinutesBeforeClose + 1) };
});
