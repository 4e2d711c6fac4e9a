import { epochMs, quantity } from '@aitrader/model';
import { dayEnd } from '@aitrader/core-simulation';
import { newWorkedOrder } from './algorithms/worked-order.ts';
import { phaseNow, type Terms } from './attend.ts';
import { wholeShares, type ManagedOrder, type OrderManagerState } from './managed-order.ts';
import { isLarge } from './volume-seen.ts';

const MS_PER_MINUTE = 60_000;

/**
 * Begins to work an order that is large beside what trades, by the limit of its entry; false when it is not, and is to be asked for whole.
 * What has begun goes on as it began. Its time ends with its minutes, its exit time or the close that it is good for, whichever is first.
 */
export function beginWork(state: OrderManagerState, managed: ManagedOrder, { limit, extendedHours }: Terms): boolean {
  const { config, volumes } = state;
  const { order, groups } = managed;
  const rules = config.working;
  // what was asked for whole once is asked for whole again
  if (rules === null || volumes === null || limit === null || groups.length > 0) return false;
  const size = quantity(wholeShares(order.quantity));
  if (!isLarge(volumes, phaseNow(state), order.symbol, size, rules.largerThanShareOfVolume)) return false;
  const { algorithm, share, everyMinutes, catchUpMax, participationMax, minutesMax } = rules;
  managed.work = newWorkedOrder({
    side: order.side,
    quantity: size,
    limit,
    from: order.t,
    until: epochMs(Math.min(order.exitAt, order.t + minutesMax * MS_PER_MINUTE, dayEnd(order.t))),
    extendedHours,
    pace: algorithm === 'twap' ? { kind: 'twap', everyMinutes, catchUpMax } : { kind: 'participation', share },
    participationMax,
  });
  return true;
}
