import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BAR_FLAG, epochMs, read, readUint32, ticker, type BarSlice, type Ticker } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  closeMinute,
  dueAt,
  newLiveMinutes,
  newLiveSlices,
  restoreSlice,
  resumeAfter,
  takeBar,
  type LiveMinutes,
  type LiveOptions,
} from './live-minutes.ts';
import { BAR_RANK, rankOfFetched, type BarRank, type SaidBar } from './minute-store.ts';
import { noteConnected, noteDisconnected, noteFetched, toFetch } from './outages.ts';

const MINUTE = 60_000;
const SYMBOLS = ['AAA', 'BBB', 'CCC'].map(ticker);
/** Close of the first minute of pre-market, far from any close of the session. */
const FIRST = newYorkInstant('2024-07-02', 4 * 60) + MINUTE;
const MINUTES = 8;
const STEP = 250;
const OPTIONS: LiveOptions = {
  symbols: SYMBOLS,
  shards: 2,
  feed: 'test/feed',
  graceMs: 1_500,
  holdMs: 20_000,
  historyHoldMs: 600_000,
  exposureMs: 0,
  revisableMinutes: 30,
};

/** What the vendor says of a symbol in a minute, in the end and before. */
interface Told {
  readonly symbol: Ticker;
  readonly minute: number;
  readonly close: number;
  readonly updatedClose: number | undefined;
  readonly lateMs: number;
  readonly twice: boolean;
}
interface Outage {
  readonly fromMs: number;
  readonly lastsMs: number;
  readonly fetchTakesMs: number;
}
interface Scenario {
  readonly told: readonly Told[];
  readonly outages: readonly Outage[];
  readonly restartMs: number | undefined;
}

const someScenario: fc.Arbitrary<Scenario> = fc.record({
  told: fc.uniqueArray(
    fc.record({
      symbol: fc.constantFrom(...SYMBOLS),
      minute: fc.nat({ max: MINUTES - 1 }),
      close: fc.integer({ min: 90, max: 110 }),
      updatedClose: fc.option(fc.integer({ min: 90, max: 110 }), { nil: undefined }),
      lateMs: fc.constantFrom(400, 900, 1_400, 2_600, 70_000),
      twice: fc.boolean(),
    }),
    { selector: ({ symbol, minute }) => `${symbol} ${minute}`, maxLength: 20 },
  ),
  outages: fc.array(
    fc.record({
      fromMs: fc.nat({ max: MINUTES * MINUTE }),
      lastsMs: fc.constantFrom(300, 5_000, 61_000, 150_000),
      fetchTakesMs: fc.constantFrom(200, 3_000, 30_000),
    }),
    { maxLength: 2 },
  ),
  restartMs: fc.option(fc.nat({ max: MINUTES * MINUTE }), { nil: undefined }),
});

const barOf = (t: number, close: number): SaidBar => ({
  t: epochMs(t),
  open: close,
  high: close,
  low: close,
  close,
  volume: 100,
});

/** Plays a scenario against the clock; every slice that was published, in order. */
function play({ told, outages, restartMs }: Scenario): { readonly slices: BarSlice[]; readonly live: LiveMinutes } {
  const start = FIRST - MINUTE;
  const end = start + (MINUTES + 6) * MINUTE;
  const isOut = (now: number): boolean =>
    outages.some(({ fromMs, lastsMs }) => now >= start + fromMs && now < start + fromMs + lastsMs);
  let live = newLiveMinutes(OPTIONS, epochMs(FIRST), start);
  let slices = newLiveSlices(live);
  const published: BarSlice[] = [];
  let connected = false;
  let fetching: { readonly from: number; readonly to: number; readonly doneAt: number } | undefined;
  const believed = (at: number, minute: number, symbol: Ticker): number | undefined => {
    const one = told.find((each) => each.symbol === symbol && each.minute === minute);
    const t = FIRST + minute * MINUTE;
    if (one === undefined || at < t) return undefined;
    return at >= t + 30_000 ? (one.updatedClose ?? one.close) : one.close;
  };
  for (let now = start; now < end; now += STEP) {
    if (restartMs !== undefined && now - start >= restartMs && now - start < restartMs + STEP) {
      live = newLiveMinutes(OPTIONS, epochMs(FIRST), now);
      slices = newLiveSlices(live);
      for (const slice of published) restoreSlice(live, slice);
      const last = published.at(-1);
      if (last !== undefined) resumeAfter(live, last.t);
      connected = false;
      fetching = undefined;
    }
    const out = isOut(now);
    if (out && connected) noteDisconnected(live.outages, now);
    if (!out && !connected) noteConnected(live.outages, now);
    connected = !out;
    if (out) fetching = undefined;
    if (connected) {
      for (const one of told) say(live, one, now);
      const missing = toFetch(live.outages, now);
      const takes = outages[0]?.fetchTakesMs ?? 1_000;
      if (fetching === undefined && missing !== undefined) fetching = { ...missing, doneAt: now + takes };
      if (fetching !== undefined && now >= fetching.doneAt) {
        for (let minute = 0; minute < MINUTES + 6; minute++) {
          const t = FIRST + minute * MINUTE;
          if (t < fetching.from || t > fetching.to) continue;
          for (const symbol of SYMBOLS) {
            const close = believed(now, minute, symbol);
            if (close !== undefined) takeBar(live, symbol, barOf(t, close), rankOfFetched(t, now), now);
          }
        }
        noteFetched(live.outages, fetching.from, fetching.to);
        fetching = undefined;
      }
    }
    while (closeMinute(live, slices, now)) published.push(...slices.map((slice) => structuredClone(slice)));
  }
  return { slices: published, live };
}

/** What comes over the stream within this step. */
function say(live: LiveMinutes, { symbol, minute, close, updatedClose, lateMs, twice }: Told, now: number): void {
  const t = FIRST + minute * MINUTE;
  const at = (delay: number): boolean => now >= t + delay && now < t + delay + STEP;
  const send = (price: number, rank: BarRank): void => {
    takeBar(live, symbol, barOf(t, price), rank, now);
  };
  if (at(lateMs)) send(close, BAR_RANK.streamed);
  if (twice && at(lateMs + 5_000)) send(close, BAR_RANK.streamed);
  if (updatedClose !== undefined && at(30_000)) send(updatedClose, BAR_RANK.updated);
}

const barsIn = (slice: BarSlice): [string, number][] =>
  slice.symbols.slice(0, slice.count).map((symbol, i) => [`${slice.t} ${symbol}`, read(slice.close, i)]);

describe('live minutes', () => {
  it('are closed once each, in order, over all shards, and not before they are over', () => {
    fc.assert(
      fc.property(someScenario, (scenario) => {
        const { slices, live } = play(scenario);
        const closes = slices.filter(({ shard }) => shard === 0).map(({ t }) => t);
        expect(closes.slice(0, MINUTES)).toEqual(Array.from({ length: MINUTES }, (_, i) => FIRST + i * MINUTE));
        expect(slices.filter(({ shard }) => shard === 1).map(({ t }) => t)).toEqual(closes);
        for (const { t, knownAt, feed } of slices) {
          expect(knownAt).toBeGreaterThanOrEqual(t + OPTIONS.graceMs);
          expect(feed).toBe('test/feed');
        }
        expect(live.next).toBe((closes.at(-1) ?? 0) + MINUTE);
      }),
    );
  });

  it('are, with their revisions, what the vendor says in the end, whatever was lost, late, doubled or killed', () => {
    fc.assert(
      fc.property(someScenario, (scenario) => {
        const { slices, live } = play(scenario);
        const bars = new Map<string, number>();
        for (const slice of slices) {
          for (const [key, close] of barsIn(slice)) {
            expect(bars.has(key)).toBe(false);
            bars.set(key, close);
          }
          for (const { t, symbol, close } of slice.revisions) bars.set(`${t} ${symbol}`, close);
        }
        const last = live.next - MINUTE;
        for (const one of scenario.told) {
          if (FIRST + one.minute * MINUTE > last) continue;
          expect([keyOf(one), bars.get(keyOf(one))]).toEqual([keyOf(one), one.updatedClose ?? one.close]);
        }
        expect([...bars.keys()].every((key) => scenario.told.some((one) => keyOf(one) === key))).toBe(true);
      }),
    );
  });

  it('are marked where nobody was listening, and only there', () => {
    fc.assert(
      fc.property(someScenario, (scenario) => {
        if (scenario.restartMs !== undefined) return;
        const { slices } = play(scenario);
        for (const slice of slices) {
          const touched = scenario.outages.some(
            ({ fromMs, lastsMs }) =>
              FIRST - MINUTE + fromMs < slice.t + OPTIONS.graceMs + STEP && FIRST - MINUTE + fromMs + lastsMs + STEP >= slice.t,
          );
          if (touched) continue;
          expect(slice.absent).toBe('no-trade');
          for (let i = 0; i < slice.count; i++) expect(readUint32(slice.flags, i) & BAR_FLAG.BACKFILLED).toBe(0);
        }
      }),
    );
  });
});

const keyOf = ({ symbol, minute }: Told): string => `${FIRST + minute * MINUTE} ${symbol}`;

describe('a minute that may lack bars', () => {
  it('of the history is held for longer, in a run that begins and not in one that is gone on with', () => {
    const begun = FIRST + 10 * MINUTE;
    const live = newLiveMinutes(OPTIONS, epochMs(FIRST), begun);
    noteConnected(live.outages, begun + 1_000);
    expect(dueAt(live)).toBe(begun + 1_000 + 600_000);
    noteFetched(live.outages, FIRST, begun);
    expect(dueAt(live)).toBe(FIRST + 1_500);
    const goneOn = newLiveMinutes(OPTIONS, epochMs(FIRST), begun);
    resumeAfter(goneOn, epochMs(FIRST));
    noteConnected(goneOn.outages, begun + 1_000);
    expect(dueAt(goneOn)).toBe(begun + 1_000 + 20_000);
  });

  it('is held until it was fetched, and no longer than is said', () => {
    const live = newLiveMinutes(OPTIONS, epochMs(FIRST), FIRST - MINUTE);
    const slices = newLiveSlices(live);
    expect(dueAt(live)).toBe(FIRST + 1_500 + 20_000);
    noteConnected(live.outages, FIRST + 5_000);
    expect(dueAt(live)).toBe(FIRST + 5_000 + 20_000);
    expect(closeMinute(live, slices, FIRST + 24_999)).toBe(false);
    expect(closeMinute(live, slices, FIRST + 25_000)).toBe(true);
    expect(slices.map(({ absent }) => absent)).toEqual(['disconnected', 'disconnected']);
  });
});
