import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BAR_FLAG, epochMs, newBarSlice, ticker, type BarSlice, type Control, type DataLevelNumber } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { noteClock } from './clock-skew.ts';
import { newDataWatch, noteSaid, restoreMinute, watchMinute, type DataWatch } from './data-watch.ts';

const MINUTE = 60_000;
const FIRST = newYorkInstant('2024-07-02', 9 * 60 + 20) + MINUTE;
const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD'].map(ticker);
const CLEAN = 3;

interface Told {
  readonly traded: readonly boolean[];
  readonly absent: BarSlice['absent'];
  readonly lateMs: number;
  readonly backfilled: boolean;
  readonly feed: string;
  readonly clockAheadMs: number;
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
});

const newWatch = (): DataWatch =>
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
type Recorded = Control | readonly BarSlice[];
const isSlices = (recorded: Recorded): recorded is readonly BarSlice[] => Array.isArray(recorded);

/** Follows a market that is killed before the slices of some minutes are published; the recording, and the watch in the end. */
function follow(told: readonly Told[], killed: ReadonlySet<number>): { recording: Recorded[]; watch: DataWatch } {
  const recording: Recorded[] = [];
  let watch = newWatch();
  const close = (minute: number, one: Told): readonly BarSlice[] => {
    const slices = slicesOf(one, minute);
    const now = FIRST + minute * MINUTE + one.lateMs;
    noteClock(watch.clock, { at: now - 500, low: one.clockAheadMs - 700, high: one.clockAheadMs + 700 });
    const command = watchMinute(watch, slices, now);
    if (command !== undefined) {
      recording.push(command);
      noteSaid(watch, command);
    }
    return slices;
  };
  told.forEach((one, minute) => {
    if (killed.has(minute)) {
      close(minute, one);
      watch = newWatch();
      for (const each of recording) restore(watch, each);
      // what the next life finds is late, and was fetched
      recording.push(close(minute, { ...one, lateMs: 20_000, backfilled: true }));
    } else recording.push(close(minute, one));
  });
  return { recording, watch };
}

const restore = (watch: DataWatch, recorded: Recorded): void =>
  isSlices(recorded) ? restoreMinute(watch, recorded) : noteSaid(watch, recorded);

const someDay = fc.array(someMinute, { minLength: 1, maxLength: 40 });
const someKills = fc.uniqueArray(fc.nat({ max: 39 }), { maxLength: 4 }).map((minutes) => new Set(minutes));

describe('what is said of the data', () => {
  it('is what a fold of the recording comes to, whenever its writer is killed', () => {
    fc.assert(
      fc.property(someDay, someKills, (told, killed) => {
        const { recording, watch } = follow(told, killed);
        const again = newWatch();
        for (const each of recording) restore(again, each);
        expect(again.levels).toEqual(watch.levels);
        expect(again.said).toEqual(watch.said);
      }),
    );
  });

  it('is told by instants that rise, each within the last second before its interval', () => {
    fc.assert(
      fc.property(someDay, someKills, (told, killed) => {
        let last = -1;
        let pending: Control[] = [];
        for (const each of follow(told, killed).recording) {
          if (!isSlices(each)) {
            expect(each.t).toBeGreaterThan(last);
            last = each.t;
            pending.push(each);
            continue;
          }
          const t = each[0]?.t ?? NaN;
          for (const command of pending) expect([command.t >= t - 1_000, command.t < t]).toEqual([true, true]);
          pending = [];
        }
      }),
    );
  });

  it('is never better than one of its last minutes, and good again as soon as they all were', () => {
    fc.assert(
      fc.property(someDay, (told) => {
        let inForce: DataLevelNumber | undefined;
        const minutes: Told[] = [];
        for (const each of follow(told, new Set()).recording) {
          if (!isSlices(each)) {
            inForce = each.data[0]?.level;
            continue;
          }
          const one = told[minutes.length];
          if (one === undefined) throw new Error('a minute that nobody told');
          minutes.push(one);
          const recent = minutes.slice(-CLEAN);
          const isBad = (minute: Told): boolean =>
            minute.absent === 'disconnected' || minute.lateMs > 10_000 || minute.feed === 'yahoo/yahoo';
          if (minutes.length < CLEAN || recent.some(isBad)) expect(inForce).toBeGreaterThanOrEqual(3);
          const isGood = (minute: Told): boolean =>
            !isBad(minute) && !minute.backfilled && minute.feed === 'one/feed' && minute.traded.every(Boolean);
          if (minutes.length > 2 * CLEAN && minutes.slice(-12).every((each) => isGood(each) && each.clockAheadMs === 0))
            expect(inForce).toBe(0);
        }
      }),
    );
  });
});
