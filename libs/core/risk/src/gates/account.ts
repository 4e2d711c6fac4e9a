import { breaksIn, holdFlags, UNSAID, type AccountDoubt, type Standing } from '@aitrader/model';
import type { Intent } from '../intent.ts';
import { atMost } from '../verdict.ts';

/*
 * Whether execution knows the account that it would enter in, by its word on the interval.
 */

const MS_PER_MINUTE = 60_000;

const UNRECONCILED: Readonly<Record<Standing, number>> = { known: 0, disconnected: 0, unheard: 1, unsaid: NaN };

/** 1 while the broker has told nothing of the account in this run. */
export const reconciled = atMost<Intent>('RECONCILED', 'flags', ({ state: { doubt } }) => ({
  value: doubt === null ? 0 : UNRECONCILED[doubt.standing],
  limit: 0,
}));

/** For how long the broker could not be heard, a part of a minute counted whole. */
export const brokerStream = atMost<Intent>('BROKER_STREAM', 'minutes', ({ state: { doubt, t } }) => {
  if (doubt === null || doubt.standing === 'known') return { value: 0, limit: 0 };
  const isSince = doubt.standing === 'disconnected' && doubt.since !== null;
  return { value: isSince ? Math.max(1, Math.ceil((t - doubt.since) / MS_PER_MINUTE)) : NaN, limit: 0 };
});

/** Breaks of the account in the symbol, and of all symbols. */
export const openBreak = atMost<Intent>('OPEN_BREAK', 'count', ({ state: { doubt } }, { symbol }) => ({
  value: saidIn(doubt, (said) => breaksIn(said, symbol).length),
  limit: 0,
}));

/** For what else execution would refuse the entry, as bits of HOLD_CAUSES. */
export const heldBack = atMost<Intent>('HELD_BACK', 'flags', ({ state: { doubt } }, { symbol }) => ({
  value: saidIn(doubt, (said) => holdFlags(said, symbol)),
  limit: 0,
}));

function saidIn(doubt: AccountDoubt | null, find: (said: AccountDoubt) => number): number {
  if (doubt === null) return 0;
  return doubt.standing === UNSAID.standing ? NaN : find(doubt);
}
