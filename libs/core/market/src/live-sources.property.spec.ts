import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, item, read, ticker, type BarSlice } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { newLiveMinutes, newLiveSlices, takeBar, type LiveMinutes } from './live-minutes.ts';
import {
  closeNext,
  newLiveSources,
  nextLook,
  restoreSources,
  resumeSources,
  wantsCold,
  watchDown,
  type LiveSources,
} from './live-sources.ts';
import { BAR_RANK, rankOfFetched } from './minute-store.ts';
import { noteConnected, noteDisconnected, noteFetched, noteHopeless, toFetch } from './outages.ts';

const MINUTE = 60_000;
const SYMBOLS = ['AAA', 'BBB'].map(ticker);
const FIRST = newYorkInstant('2024-07-02', 10 * 60) + MINUTE;
const MINUTES = 16;
const STEP = 1_000;
const RUNS = { numRuns: 40 };
const FEEDS = ['one/feed', 'two/feed', 'three/feed'];
const OPTIONS = { downMs: 30_000, silentMinutes: 5, returnMinutes: 5 };
/** Prices tell whose they are. */
const LEVEL = [100, 200, 300];

interface Outage {
  readonly vendor: number;
  readonly fromMs: number;
  readonly lastsMs: number;
}
interface Scenario {
  readonly outages: readonly Outage[];
  /** spans in which a vendor is connected, and says nothing */
  readonly mutes: readonly Outage[];
  readonly restartMs: number | undefined;
  readonly fetches: readonly boolean[];
}
const someOutage: fc.Arbitrary<Outage> = fc.record({
  vendor: fc.nat({ max: FEEDS.length - 1 }),
  fromMs: fc.nat({ max: MINUTES * MINUTE }),
  lastsMs: fc.constantFrom(2_000, 45_000, 130_000, 600_000),
});
const someScenario: fc.Arbitrary<Scenario> = fc.record({
  outages: fc.array(someOutage, { maxLength: 6 }),
  mutes: fc.array(someOutage, { maxLength: 3 }),
  restartMs: fc.option(fc.nat({ max: MINUTES * MINUTE }), { nil: undefined }),
  fetches: fc.array(fc.boolean(), { minLength: FEEDS.length, maxLength: FEEDS.length }),
});

const newLives = (now: number): LiveMinutes[] =>
  FEEDS.map((feed) =>
    newLiveMinutes(
      {
        symbols: SYMBOLS,
        shards: 1,
        feed,
        graceMs: 1_500,
        holdMs: 20_000,
        historyHoldMs: 60_000,
        exposureMs: 0,
        revisableMinutes: 30,
      },
      epochMs(FIRST),
      now,
    ),
  );

/** Plays a scenario against the clock; every slice in order, with when it was closed. */
function play({ outages, mutes, restartMs, fetches }: Scenario): { readonly slices: BarSlice[]; readonly sources: LiveSources } {
  const start = FIRST - MINUTE;
  const end = start + (MINUTES + 3) * MINUTE;
  let sources = newLiveSources(newLives(start), OPTIONS);
  let into = newLiveSlices(item(sources.lives, 0));
  const slices: BarSlice[] = [];
  for (let now = start; now < end; now += STEP) {
    if (restartMs !== undefined && now - start >= restartMs && now - start < restartMs + STEP) {
      sources = newLiveSources(newLives(now), OPTIONS);
      for (const slice of slices) restoreSources(sources, slice);
      const last = slices.at(-1);
      if (last !== undefined) resumeSources(sources, last.t);
      into = newLiveSlices(item(sources.lives, 0));
    }
    for (const [i, live] of sources.lives.entries()) {
      const isWithin = ({ vendor, fromMs, lastsMs }: Outage): boolean =>
        vendor === i && now >= start + fromMs && now < start + fromMs + lastsMs;
      const isOut = outages.some(isWithin);
      if (isOut) noteDisconnected(live.outages, now);
      else noteConnected(live.outages, now);
      if (!isOut && !mutes.some(isWithin)) listen(live, i, now, fetches[i] ?? false);
    }
    while (closeNext(sources, into, now)) slices.push(...into.map((slice) => structuredClone(slice)));
  }
  return { slices, sources };
}

/** What a vendor says within this step; its trade of a minute is corrected half a minute later. */
function listen(live: LiveMinutes, vendor: number, now: number, fetches: boolean): void {
  const barOf = (t: number, corrected: boolean) => {
    const close = (LEVEL[vendor] ?? 0) + ((t / MINUTE) % 7) + (corrected ? 0.5 : 0);
    return { t: epochMs(t), open: close, high: close, low: close, close, volume: 100 };
  };
  for (let t = FIRST; t < FIRST + (MINUTES + 3) * MINUTE; t += MINUTE)
    for (const [delay, rank] of [
      [1_000, BAR_RANK.streamed],
      [30_000, BAR_RANK.updated],
    ] as const)
      if (now >= t + delay && now < t + delay + STEP)
        for (const symbol of SYMBOLS) takeBar(live, symbol, barOf(t, delay > 1_000), rank, now);
  const lost = fetches ? toFetch(live.outages, now - 3_000) : undefined;
  if (lost === undefined) return;
  for (let t = FIRST; t <= now; t += MINUTE)
    if (t >= lost.from && t <= lost.to)
      for (const symbol of SYMBOLS) takeBar(live, symbol, barOf(t, now >= t + 30_000), rankOfFetched(t, now), now);
  noteFetched(live.outages, lost.from, lost.to);
}

const vendorOf = ({ feed }: BarSlice): number => FEEDS.indexOf(feed);
const isOf = (vendor: number, close: number): boolean => Math.floor(close / 100) * 100 === LEVEL[vendor];

describe('vendors that take over from one another', () => {
  it('close every minute once and in order, each slice with bars of one of them alone', () => {
    fc.assert(
      fc.property(someScenario, (scenario) => {
        const { slices } = play(scenario);
        expect(slices.map(({ t }) => t).slice(0, MINUTES)).toEqual(Array.from({ length: MINUTES }, (_, i) => FIRST + i * MINUTE));
        for (const slice of slices)
          for (let i = 0; i < slice.count; i++) expect(isOf(vendorOf(slice), read(slice.close, i))).toBe(true);
      }),
      RUNS,
    );
  });

  it('revise only what they closed themselves', () => {
    fc.assert(
      fc.property(someScenario, (scenario) => {
        const { slices } = play(scenario);
        const closedBy = new Map(slices.map((slice) => [slice.t, vendorOf(slice)]));
        for (const slice of slices)
          for (const { t, close } of slice.revisions)
            expect([closedBy.get(t), isOf(vendorOf(slice), close)]).toEqual([vendorOf(slice), true]);
      }),
      RUNS,
    );
  });

  it('take over when the one before was down for long, and not for a moment', () => {
    fc.assert(
      fc.property(someScenario, (scenario) => {
        if (scenario.restartMs !== undefined) return;
        const { slices } = play({ ...scenario, mutes: [] });
        slices.forEach((slice, i) => {
          const before = i === 0 ? 0 : vendorOf(slices[i - 1] ?? slice);
          const now = vendorOf(slice);
          if (now <= before) return;
          // it was down at the close, and had been for long enough when the minute was published
          const down = scenario.outages.filter(({ vendor }) => vendor === before);
          const at = slice.knownAt - (FIRST - MINUTE);
          expect(down.some(({ fromMs, lastsMs }) => fromMs + OPTIONS.downMs <= at + STEP && fromMs + lastsMs + STEP >= at)).toBe(
            true,
          );
        });
      }),
      RUNS,
    );
  });

  it('give the turn back to a better one after so many whole minutes of it, and not before', () => {
    const outage = { vendor: 0, fromMs: 3 * MINUTE + 10_000, lastsMs: 2 * MINUTE };
    const { slices } = play({ outages: [outage], mutes: [], restartMs: undefined, fetches: [false, true, true] });
    const feeds = slices.slice(0, 15).map(vendorOf);
    // What it streams whole is listened to from the minute on in which it comes back: five of them, and the sixth is its own.
    expect(feeds).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
  });

  it('do not take over with nothing to give, as one does whose bars are a quarter of an hour old', () => {
    const lives = newLives(FIRST - MINUTE);
    const sources = newLiveSources(lives, OPTIONS);
    const into = newLiveSlices(item(lives, 0));
    const delayed = item(lives, 1);
    noteConnected(delayed.outages, FIRST - MINUTE);
    const feeds: string[] = [];
    for (let now = FIRST - MINUTE; now < FIRST + 25 * MINUTE; now += STEP) {
      const t = Math.floor(now / MINUTE) * MINUTE - 15 * MINUTE;
      if (t >= FIRST && now % MINUTE === 0)
        takeBar(delayed, item(SYMBOLS, 0), { t: epochMs(t), open: 200, high: 200, low: 200, close: 200, volume: 1 }, 1, now);
      while (closeNext(sources, into, now)) feeds.push(`${item(into, 0).feed} ${item(into, 0).absent} ${item(into, 0).count}`);
    }
    expect(new Set(feeds)).toEqual(new Set(['one/feed disconnected 0']));
  });

  it('do not give the turn back to one that is there and says nothing', () => {
    const lives = newLives(FIRST - MINUTE);
    const sources = newLiveSources(lives, OPTIONS);
    const into = newLiveSlices(item(lives, 0));
    const [first, second] = [item(lives, 0), item(lives, 1)];
    noteConnected(second.outages, FIRST - MINUTE);
    const feeds: string[] = [];
    for (let now = FIRST - MINUTE; now < FIRST + 25 * MINUTE; now += STEP) {
      if (now === FIRST + 5 * MINUTE) noteConnected(first.outages, now);
      const bar = { t: epochMs(Math.floor(now / MINUTE) * MINUTE), open: 200, high: 200, low: 200, close: 200, volume: 1 };
      if (now % MINUTE === 1_000) takeBar(second, item(SYMBOLS, 0), bar, 1, now);
      while (closeNext(sources, into, now)) feeds.push(item(into, 0).feed);
    }
    expect(new Set(feeds.slice(1))).toEqual(new Set(['two/feed']));
  });

  /** The first vendor is connected and says what `first` says; the second one has a bar of each minute that `second` takes. */
  function besideOneThatTalks(first: (live: LiveMinutes, now: number) => void, second: (minute: number) => boolean = () => true) {
    const lives = newLives(FIRST - MINUTE);
    const sources = newLiveSources(lives, OPTIONS);
    const into = newLiveSlices(item(lives, 0));
    const [one, two] = [item(lives, 0), item(lives, 1)];
    const feeds: string[] = [];
    for (const live of [one, two]) noteConnected(live.outages, FIRST - MINUTE);
    for (let now = FIRST - MINUTE; now < FIRST + 25 * MINUTE; now += STEP) {
      first(one, now);
      const bar = { t: epochMs(Math.floor(now / MINUTE) * MINUTE), open: 200, high: 200, low: 200, close: 200, volume: 1 };
      if (now % MINUTE === 1_000 && second((bar.t - FIRST) / MINUTE)) takeBar(two, item(SYMBOLS, 0), bar, 1, now);
      while (closeNext(sources, into, now)) feeds.push(item(into, 0).feed);
    }
    return feeds;
  }
  const barOfOne = (live: LiveMinutes, now: number): void => {
    const bar = { t: epochMs(Math.floor(now / MINUTE) * MINUTE), open: 100, high: 100, low: 100, close: 100, volume: 1 };
    if (now % MINUTE === 1_000) takeBar(live, item(SYMBOLS, 0), bar, BAR_RANK.streamed, now);
  };

  it('take over from one that is connected and silent when they had bars of as many minutes as make a silence, until it is heard again', () => {
    const feeds = besideOneThatTalks((live, now) => {
      if (now < FIRST + 3 * MINUTE || now > FIRST + 14 * MINUTE) barOfOne(live, now);
    });
    const turns = feeds.map((feed, i) => (feed === feeds[i - 1] ? '' : `${i} ${feed}`)).filter((text) => text !== '');
    // silent from the fourth minute on: five are a silence, and the ninth is the other's; heard in five from the fifteenth on
    expect(turns).toEqual(['0 one/feed', '8 two/feed', '19 one/feed']);
  });

  it('take over from one whose socket comes back again and again with nothing to say, though what it had can be fetched', () => {
    const feeds = besideOneThatTalks((live, now) => {
      if (now % 20_000 === 0) noteDisconnected(live.outages, now - 10_000);
      if (now % 20_000 === 1_000) noteConnected(live.outages, now);
      const t = epochMs(Math.floor(now / MINUTE) * MINUTE);
      if (now % MINUTE !== 4_000) return;
      takeBar(live, item(SYMBOLS, 0), { t, open: 100, high: 100, low: 100, close: 100, volume: 1 }, BAR_RANK.updated, now);
      noteFetched(live.outages, t, t);
    });
    expect(feeds.slice(0, 4)).toEqual(feeds.slice(0, 4).map(() => 'one/feed'));
    expect(new Set(feeds.slice(7))).toEqual(new Set(['two/feed']));
  });

  it('do not take over in the very minute in which it is heard again', () => {
    // silent in five minutes, and heard in the sixth
    const feeds = besideOneThatTalks((live, now) => {
      if (now < FIRST + 3 * MINUTE || now >= FIRST + 8 * MINUTE) barOfOne(live, now);
    });
    expect(new Set(feeds)).toEqual(new Set(['one/feed']));
  });

  it('do not give the turn back to one that is well and was not heard of, though they are as quiet', () => {
    const feeds = besideOneThatTalks(
      (live, now) => {
        if (now === FIRST + 2 * MINUTE + 10_000) noteDisconnected(live.outages, now);
        if (now === FIRST + 5 * MINUTE + 10_000) noteConnected(live.outages, now);
        if (now < FIRST + 2 * MINUTE || now > FIRST + 19 * MINUTE) barOfOne(live, now);
      },
      (minute) => minute < 8,
    );
    const turns = feeds.map((feed, i) => (feed === feeds[i - 1] ? '' : `${i} ${feed}`)).filter((text) => text !== '');
    expect(turns).toEqual(['0 one/feed', '3 two/feed', '20 one/feed']);
  });

  it('take over at once from one that has lost what nobody can fetch, and have it back a while later', () => {
    const feeds = besideOneThatTalks((live, now) => {
      if (now === FIRST - MINUTE) {
        noteFetched(live.outages, FIRST, FIRST);
        noteHopeless(live.outages, true);
      }
      if (now === FIRST + 3 * MINUTE + 10_000) noteDisconnected(live.outages, now);
      if (now === FIRST + 3 * MINUTE + 15_000) noteConnected(live.outages, now + MINUTE);
      barOfOne(live, now);
    });
    const turns = feeds.map((feed, i) => (feed === feeds[i - 1] ? '' : `${i} ${feed}`)).filter((text) => text !== '');
    expect(turns).toEqual(['0 one/feed', '4 two/feed', '10 one/feed']);
  });

  it('do not take over from one that is silent where they are, too, in one of the minutes', () => {
    const feeds = besideOneThatTalks(
      () => undefined,
      (minute) => minute % OPTIONS.silentMinutes !== 0,
    );
    expect(new Set(feeds)).toEqual(new Set(['one/feed']));
  });

  it('that cost something are wanted when the others are silent in the regular session, and not before it', () => {
    for (const [open, isWanted] of [
      [FIRST, true],
      [newYorkInstant('2024-07-02', 7 * 60) + MINUTE, false],
    ] as const) {
      const options = { symbols: SYMBOLS, shards: 1, graceMs: 1_500, holdMs: 20_000, historyHoldMs: 60_000, exposureMs: 0 };
      const lives = FEEDS.map((feed) => newLiveMinutes({ ...options, feed, revisableMinutes: 30 }, epochMs(open), open - MINUTE));
      const sources = newLiveSources(lives, OPTIONS);
      const into = newLiveSlices(item(lives, 0));
      for (const live of lives.slice(0, 2)) noteConnected(live.outages, open - MINUTE);
      const wanted: boolean[] = [];
      for (let minute = 0; minute < 7; minute++) {
        const now = open + minute * MINUTE + 2_000;
        if (!closeNext(sources, into, now)) throw new Error('a minute that is not due');
        wanted.push(wantsCold(sources, [false, false, true], now));
      }
      expect(wanted).toEqual([false, false, false, false, isWanted, isWanted, isWanted]);
    }
  });

  it('go on where they were when they are started again', () => {
    const outage = { vendor: 0, fromMs: 3 * MINUTE + 10_000, lastsMs: 8 * MINUTE };
    const { slices, sources } = play({
      outages: [outage],
      mutes: [],
      restartMs: 6 * MINUTE + 30_000,
      fetches: [true, true, true],
    });
    expect(new Set(slices.slice(4, 11).map(vendorOf))).toEqual(new Set([1]));
    expect(sources.chosen).toBe(0);
  });

  it('that cost something are wanted only when all the others have been down for long enough', () => {
    const sources = newLiveSources(newLives(FIRST), OPTIONS);
    const isCold = [false, false, true];
    watchDown(sources, FIRST);
    expect(wantsCold(sources, isCold, FIRST + 29_000)).toBe(false);
    expect(wantsCold(sources, isCold, FIRST + 30_000)).toBe(true);
    expect(nextLook(sources, FIRST + 1)).toBe(FIRST + 30_000);
    const [, two] = sources.lives;
    if (two !== undefined) noteConnected(two.outages, FIRST + 30_000);
    watchDown(sources, FIRST + 40_000);
    expect(wantsCold(sources, isCold, FIRST + 40_000)).toBe(false);
  });
});
