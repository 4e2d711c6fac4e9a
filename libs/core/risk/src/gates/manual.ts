import type { ManualIntent } from '../intent.ts';
import { ONE_SHARE } from '../situation.ts';
import { atMost, sizes } from '../verdict.ts';

/*
 * What operators' orders are asked in place of a belief.
 */

/** An id is good once for a run: what is said again is not done again. */
export const manualOnce = atMost<ManualIntent>('MANUAL_ONCE', 'count', ({ state: { manual } }, { id }) => ({
  value: manual.has(id) ? 1 : 0,
  limit: 0,
}));

/** What the operator asks for, in place of a stake: never more. */
export const manualQuantity = sizes<ManualIntent>('MANUAL_QUANTITY', 'quantity', (_, { quantity }) => ({
  value: quantity,
  limit: ONE_SHARE,
}));
