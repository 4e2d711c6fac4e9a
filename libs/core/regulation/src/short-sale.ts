/*
 * Rule 201 of Regulation SHO (17 CFR 242.201): once a stock trades 10 % or more below the close of the regular session before, short sales are let
 * in only above the best bid, for the rest of that day and the next.
 *
 * 1. The price that starts it is one of regular hours; the close that it is held against is the last one of the session before, which has to have
 *    been heard: a session in which nothing was heard leaves nothing to compare with, and that is said.
 * 2. Bars carry no bid. So where the rule holds, nothing that takes what is offered is let in.
 */

/** Sessions that a restriction holds for, counting the one that it began in. */
const SESSIONS_HELD = 2;
const FALL = 0.9;

/** One symbol. Plain data. Prices in dollars; sessions by their index, −1 before the first. */
export interface ShortSaleWatch {
  /** the session that `close` is of, and the first of an unbroken row of sessions up to it */
  session: number;
  since: number;
  /** last price of its regular hours; 0 before the first */
  close: number;
  /** the last price of the session before; 0 where there was none */
  closeBefore: number;
  /** the last session that a restriction began in */
  began: number;
}

export const newShortSaleWatch = (): ShortSaleWatch => ({ session: -1, since: -1, close: 0, closeBefore: 0, began: -1 });

/** A bar of regular hours: its lowest price, and its last. What is not above zero was not traded, and is passed over. */
export function watchRegularBar(watch: ShortSaleWatch, session: number, low: number, close: number): void {
  if (!(low > 0 && close > 0 && close < Infinity)) return;
  if (session !== watch.session) {
    const isNext = watch.session === session - 1 && watch.close > 0;
    watch.closeBefore = isNext ? watch.close : 0;
    watch.since = isNext ? watch.since : session;
    watch.session = session;
  }
  watch.close = close;
  if (low <= watch.closeBefore * FALL) watch.began = session;
}

/** What is known of a symbol in a session. */
export type ShortSaleState = 'free' | 'restricted' | 'unknown';

/** `unknown` where nobody could tell: neither of this session nor of the one before is it known what they were to be held against. O(1). */
export function shortSaleStateOf(watch: ShortSaleWatch | undefined, session: number): ShortSaleState {
  if (watch === undefined) return 'unknown';
  if (watch.began >= 0 && session - watch.began < SESSIONS_HELD) return 'restricted';
  const isHeard = watch.session === session || watch.session === session - 1;
  return isHeard && watch.since <= session - SESSIONS_HELD ? 'free' : 'unknown';
}
