import type { SessionPart } from '@aitrader/model';
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

/** How far from regular hours it is: before and after them entries are limits, and at night a broker takes none. */
export const orderType = atMost<Intent>('ORDER_TYPE', 'flags', ({ state: { config }, part }) => ({
  value: part === null ? NaN : REGULAR.includes(part) ? 0 : part === 'OVERNIGHT' ? 2 : 1,
  limit: HOURS_MAX[config.entryHours],
}));
const REGULAR: readonly SessionPart[] = ['OPEN', 'MIDDAY', 'CLOSE'];
const HOURS_MAX = { 'any-hour': 2, 'extended-hours': 1, 'regular-hours': 0 } as const;

/** Each part of a session has entries of its own. */
export const sessionPart = atMost<Intent>('SESSION_PART', 'count', ({ state: { pace, config }, part }) => ({
  value: pace.inPart + 1,
  limit: part === null ? 0 : config.entryLimits.perSessionPartMax[part],
}));
