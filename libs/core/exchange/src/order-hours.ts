import { epochMs, type EpochMs } from '@aitrader/model';
import { newYorkDate, newYorkInstant, phaseAt, sessionOn, tradeDateAt, type Phase } from '@aitrader/core-sessions';
import { dayEnd } from '@aitrader/core-simulation';
import type { TimeInForce } from './exchange-order.ts';

const MS_PER_DAY = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;
/** A GTC order is called off after 90 days, at 16:15 in New York. */
const GTC_DAYS = 90;
const GTC_END_MINUTE = 16 * 60 + 15;
/** Orders for the opening auction are taken until 09:28, those for the closing one until 15:50, and both again from 19:00 on. */
const OPG_CLOSES_BEFORE_OPEN_MS = 2 * MINUTE_MS;
const CLS_CLOSES_BEFORE_CLOSE_MS = 10 * MINUTE_MS;
const AUCTION_REOPENS_MINUTE = 19 * 60;

/** The phase of the interval that begins at an instant. */
export const phaseFrom = (t: EpochMs): Phase => phaseAt(epochMs(t + 1));

/**
 * Until when an order is good that is given at `t`. A DAY order: the next close of regular hours, or with extended hours the end of its
 * trade date at 20:00, 17:00 on half days. @throws CalendarRangeError outside the calendar
 */
export function expiryOf(t: EpochMs, timeInForce: TimeInForce, extendedHours: boolean): EpochMs {
  if (timeInForce === 'gtc') return gtcEnd(t);
  if (!extendedHours) return dayEnd(t);
  const session = sessionOn(tradeDateAt(epochMs(t + 1)));
  return session?.postClose ?? dayEnd(t);
}

function gtcEnd(t: EpochMs): EpochMs {
  return newYorkInstant(newYorkDate(epochMs(t + GTC_DAYS * MS_PER_DAY)), GTC_END_MINUTE);
}

/** Whether an auction takes orders at an instant. */
export function takesAuctionOrders(t: EpochMs, auction: 'opg' | 'cls'): boolean {
  const date = newYorkDate(t);
  const session = sessionOn(date);
  if (session === undefined || t >= newYorkInstant(date, AUCTION_REOPENS_MINUTE)) return true;
  return auction === 'opg' ? t < session.open - OPG_CLOSES_BEFORE_OPEN_MS : t < session.close - CLS_CLOSES_BEFORE_CLOSE_MS;
}
