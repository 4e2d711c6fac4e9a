import fc from 'fast-check';
import { newYorkInstant } from '@aitrader/core-sessions';
import { BAR_FLAG, epochMs, newBarSlice, ticker, type BarSlice, type Control } from '@aitrader/model';
import { noteClock } from '../src/clock-skew.ts';
import { newDataWatch, noteSaid, restoreMinute, watchMinute, type DataWatch } from '../src/data-watch.ts';
import { judgeVendors, noteCompared } from '../src/vendor-agreement.ts';

const MINUTE = 60_000;
const FIRST = newYorkInstant('2024-07-02', 9 * 60 + 20) + MINUTE;
export const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD'].map(ticker);
export const CLEAN = 3;

export interface Told {
  readonly traded: readonly boolean[];
  readonly absent: BarSlice['absent'];
  readonly lateMs: number;
  readonly backfilled: boolean;
  readonly feed: string;
  readonly clockAheadMs: number;
  /** what another vendor says of a symbol whose price is 100; undefined where nothing is compared */
  readonly compared: { readonly symbol: number; readonly price: number } | undefined;
}
const someMinute: fc.Arbitrary<Told> = fc.record({
  traded: fc.array(fc.boolean(), { minLength: SYMBOLS.length, maxLength: SYMBOLS.length }),
  absent: fc.oneof(
    { weight: 9, arbitrary: fc.constant('no-trade' as const) },
    { weight: 1, arbitrary: fc.constant('disconnected' as const) },
  ),
  lateMs: fc.oneof({ weight: 9, arbitrary: fc.constant(1_500) }, { weight: 1, arbitrary: fc.constant(70_000) }),
  backfilled: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  feed: fc.constantFrom('one/feed', 'one/feed', 'one/feed', 'two/feed', 'yahoo/yahoo'),
  clockAheadMs: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(9_000) }),
  compared: fc.option(fc.record({ symbol: fc.nat(SYMBOLS.length - 1), price: fc.constantFrom(100, 100, 100, 105) }), {
    nil: undefined,
  }),
});

export const newWatch = (): DataWatch =>
  newDataWatch(
    {
      symbols: SYMBOLS,
      primary: 'one/feed',
      lastResorts: ['yahoo/yahoo'],
      lateMsMax: { 'one/feed': 10_000, 'two/feed': 10_000, 'yahoo/yahoo': 10_000 },
      cleanMinutes: CLEAN,
      staleShareMax: 0.25,
    },
    2_000,
    {
      vendors: ['one/feed', 'two/feed'].map((feed) => ({ feed, coverage: 'part', lagMinutes: 1 })),
      apartMax: 0.01,
      agreeMinutes: CLEAN,
      apartShareMax: 0.5,
    },
  );

/** The slices of two shards. */
function slicesOf({ traded, absent, lateMs, backfilled, feed }: Told, minute: number): BarSlice[] {
  const t = epochMs(FIRST + minute * MINUTE);
  return [0, 1].map((shard) => {
    const slice = { ...newBarSlice(shard, '1m', SYMBOLS.length), t, knownAt: epochMs(t + lateMs), feed, absent };
    slice.symbols = SYMBOLS.filter((_, i) => i % 2 === shard && (traded[i] ?? false));
    slice.count = slice.symbols.length;
    slice.flags.fill(backfilled ? BAR_FLAG.BACKFILLED : 0);
    return slice;
  });
}

/** What stands in a recording, in its order. */
export type Recorded = Control | readonly BarSlice[];
export const isSlices = (recorded: Recorded): recorded is readonly BarSlice[] => Array.isArray(recorded);

/**
 * Follows a market that is killed before the slices of some minutes are published, or, of every other minute, when only the first of them was;
 * the recording, and the watch in the end.
 */
export function follow(told: readonly Told[], killed: ReadonlySet<number>): { recording: Recorded[]; watch: DataWatch } {
  const recording: Recorded[] = [];
  let watch = newWatch();
  const close = (minute: number, one: Told, published: readonly BarSlice[] = []): readonly BarSlice[] => {
    const slices = slicesOf(one, minute).map((slice, shard) => published[shard] ?? slice);
    const now = FIRST + minute * MINUTE + one.lateMs;
    noteClock(watch.clock, { at: now - 500, low: one.clockAheadMs - 700, high: one.clockAheadMs + 700 });
    if (one.compared !== undefined) compare(watch, minute, one.compared);
    const command = watchMinute(watch, slices, now);
    if (command !== undefined) {
      recording.push(command);
      noteSaid(watch, command);
    }
    return slices;
  };
  told.forEach((one, minute) => {
    if (killed.has(minute)) {
      const lost = close(minute, one);
      watch = newWatch();
      for (const each of recording) restore(watch, each);
      // what the next life finds is late, and was fetched
      const published = minute % 2 === 0 ? [] : lost.slice(0, 1);
      recording.push(close(minute, { ...one, lateMs: 20_000, backfilled: true }, published));
    } else recording.push(close(minute, one));
  });
  return { recording, watch };
}

function compare(
  { agreement }: DataWatch,
  minute: number,
  { symbol, price }: { readonly symbol: number; readonly price: number },
) {
  const barOf = (close: number) => ({
    t: epochMs(FIRST + minute * MINUTE),
    open: close,
    high: close,
    low: close,
    close,
    volume: 1,
  });
  noteCompared(agreement, symbol, { owner: 0, other: 1 }, barOf(100), barOf(price));
  judgeVendors(agreement, epochMs(FIRST + minute * MINUTE));
}

export const restore = (watch: DataWatch, recorded: Recorded): void =>
  isSlices(recorded) ? restoreMinute(watch, recorded) : noteSaid(watch, recorded);

export const someDay = fc.array(someMinute, { minLength: 1, maxLength: 40 });
export const someKills = fc.uniqueArray(fc.nat({ max: 39 }), { maxLength: 4 }).map((minutes) => new Set(minutes));
