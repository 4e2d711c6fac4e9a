import { inOrderOfForce, mappedPrice, priceMapOf, symbolsOf, type PriceMap } from '@aitrader/core-market';
import { newYorkDate } from '@aitrader/core-sessions';
import { epochMs, item, read, readInt32, type CorporateAction, type EpochMs, type Ticker } from '@aitrader/model';
import type { MarketBars } from '@aitrader/application-markets';

/*
 * Closes of raw bars as their actions carry them on, so that no action is a return.
 *
 * 1. A close depends on the bars and the actions up to its own alone: prices are as they were printed up to the first action, and in
 *    the shares of then after it. Returns are those of a series that was adjusted back from its end.
 * 2. What an action does to prices is what it does to the filters of the probability stage.
 * 3. A series that begins anew with an action is refused: it would be two, and a return across them is none.
 */

/** Times and closes of one symbol's bars, as they are carried on and as they were printed, and the actions that they follow. */
export interface Closes {
  readonly symbol: Ticker;
  readonly times: EpochMs[];
  readonly closes: number[];
  readonly printed: number[];
  readonly actions: readonly CorporateAction[];
}

/** A symbol on its way through the bars. */
interface Following extends Closes {
  /** in the order in which they come into force */
  readonly waiting: CorporateAction[];
  /** the last close as it reads now */
  last: number;
  /** what a printed price is multiplied by */
  carried: number;
}

/** Times and closes of each symbol's bars. @throws Error where a symbol has bars on both sides of an action that nothing is carried over */
export function followedCloses(bars: MarketBars, actions: readonly CorporateAction[]): readonly Closes[] {
  const ordered = [...actions].sort(inOrderOfForce);
  const followings = bars.symbols.map((symbol): Following => {
    const own = ordered.filter((action) => symbolsOf(action).includes(symbol));
    return { symbol, times: [], closes: [], printed: [], actions: own, waiting: [...own], last: 0, carried: 1 };
  });
  for (let row = 0; row < bars.count; row++) {
    const following = item(followings, readInt32(bars.symbol, row));
    const t = read(bars.t, row);
    while (following.waiting[0] !== undefined && following.waiting[0].exAt < t) follow(following, following.waiting.shift());
    following.last = read(bars.close, row);
    following.times.push(epochMs(t));
    following.printed.push(following.last);
    following.closes.push(following.last * following.carried);
  }
  return followings;
}

function follow(following: Following, action: CorporateAction | undefined): void {
  if (action === undefined || following.times.length === 0) return;
  const map = priceMapOf(action);
  const after = map === 'anew' ? undefined : mappedPrice(following.last, map);
  if (after === undefined) throw beginsAnew(following.symbol, action, map);
  following.carried *= following.last / after;
  following.last = after;
}

/** Evening to date: an action is in force from the evening before its date. */
const HALF_DAY_MS = 12 * 60 * 60_000;

const WHY_ANEW = {
  unknown: 'what it was worth is not known: give its cash',
  other: 'what is before it is another series',
} as const;

function beginsAnew(symbol: Ticker, { kind, exAt }: CorporateAction, map: PriceMap | 'anew'): Error {
  const date = newYorkDate(epochMs(exAt + HALF_DAY_MS));
  const why = map === 'anew' ? WHY_ANEW[kind === 'spin-off' ? 'unknown' : 'other'] : 'it is more than the last close';
  return new Error(
    `${symbol} has a ${kind} on ${date}, and ${why}: no series goes over it. Begin with it by --from ${date}, or end before it by --to`,
  );
}
