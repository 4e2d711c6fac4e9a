/**
 * 1. A symbol of which two vendors say prices that are too far apart is in disagreement at once, and until the vendor that it was held
 *    against has agreed so many times in a row, each time within half of what is allowed.
 * 2. What cannot be compared says nothing: a minute that only one of them has, or that a vendor heard in part.
 * 3. When too many of the symbols compared lately are in disagreement, nobody knows which vendor is right, and all symbols are.
 * 4. Where there is nobody to compare with, no symbol is.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newYorkInstant } from '@aitrader/core-sessions';
import { epochMs, item, ticker, type Ticker } from '@aitrader/model';
import { newDataWatch, noteSaid, restoreMinute, watchMinute, type DataWatch } from './data-watch.ts';
import { newLiveMinutes, newLiveSlices, takeBar } from './live-minutes.ts';
import { closeNext, newLiveSources, type LiveSources } from './live-sources.ts';
import { BAR_RANK } from './minute-store.ts';
import { noteConnected, noteFetched } from './outages.ts';
import {
  compareVendors,
  newVendorAgreement,
  noteCompared,
  symbolsApart,
  symbolsToAsk,
  wordsOfApart,
} from './vendor-agreement.ts';

const MINUTE = 60_000;
const FIRST = newYorkInstant('2024-07-02', 10 * 60) + MINUTE;
const AGREE = 3;
const MAX = 0.01;
const VENDORS = [
  { feed: 'one/feed', coverage: 'part', lagMinutes: 1 },
  { feed: 'two/feed', coverage: 'part', lagMinutes: 1 },
] as const;
const symbolsOf = (count: number): readonly Ticker[] => Array.from({ length: count }, (_, i) => ticker(`S${10 + i}`));
const optionsOf = (apartShareMax: number) => ({ vendors: VENDORS, apartMax: MAX, agreeMinutes: AGREE, apartShareMax });
const barAt = (t: number, price: number) => ({
  t: epochMs(t),
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 100,
});

/** Two vendors of which the first one gives every minute; `second` is its price beside the first one's 100, undefined for no bar. */
function market(symbols: readonly Ticker[], apartShareMax = 1) {
  const options = {
    symbols,
    shards: 1,
    graceMs: 1_500,
    holdMs: 20_000,
    historyHoldMs: 60_000,
    exposureMs: 0,
    revisableMinutes: 30,
  };
  const newSources = (): LiveSources => {
    const lives = VENDORS.map(({ feed }) => newLiveMinutes({ ...options, feed }, epochMs(FIRST), FIRST - MINUTE));
    for (const live of lives) {
      noteConnected(live.outages, FIRST - MINUTE);
      noteFetched(live.outages, FIRST - MINUTE, FIRST);
    }
    return newLiveSources(lives, { downMs: 30_000, silentMinutes: 5, returnMinutes: 5 });
  };
  const newWatch = (): DataWatch =>
    newDataWatch(
      {
        symbols,
        primary: 'one/feed',
        lastResorts: [],
        lateMsMax: { 'one/feed': 10_000, 'two/feed': 10_000 },
        cleanMinutes: AGREE,
        staleShareMax: 0.25,
      },
      2_000,
      optionsOf(apartShareMax),
    );
  const sources = newSources();
  const slices = newLiveSlices(item(sources.lives, 0));
  const recording: (() => void)[] = [];
  let watch = newWatch();
  let minute = 0;
  return {
    sources,
    /** closes a minute, and says which symbols are without entries then */
    close: (second: readonly (number | undefined)[]): readonly Ticker[] => {
      const t = FIRST + minute++ * MINUTE;
      for (const [i, symbol] of symbols.entries()) {
        takeBar(item(sources.lives, 0), symbol, barAt(t, 100), BAR_RANK.streamed, t);
        const price = second[i];
        if (price !== undefined) takeBar(item(sources.lives, 1), symbol, barAt(t, price), BAR_RANK.streamed, t);
      }
      if (!closeNext(sources, slices, t + 2_000)) throw new Error('a minute that is not due');
      compareVendors(watch.agreement, sources, epochMs(t));
      const command = watchMinute(watch, slices, t + 2_000);
      const closed = structuredClone(slices);
      if (command !== undefined) {
        noteSaid(watch, command);
        recording.push(() => noteSaid(watch, command));
      }
      recording.push(() => restoreMinute(watch, closed));
      return watch.said?.symbols ?? [];
    },
    /** the process is killed, and another one reads the recording */
    kill: (): void => {
      watch = newWatch();
      for (const restore of recording) restore();
    },
    words: () => watch.saidWhy,
  };
}

describe('two vendors of the same minutes', () => {
  it('1. are in disagreement from the first price that is too far away until they have agreed so many times', () => {
    const [symbol = ticker('S10')] = symbolsOf(1);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(100, 100.3, 100.9, 101.2, 103), { minLength: 1, maxLength: 30 }), (prices) => {
        const agreement = newVendorAgreement({ ...optionsOf(1), symbols: [symbol] });
        for (const [i, price] of prices.entries()) {
          const t = FIRST + i * MINUTE;
          noteCompared(agreement, 0, { owner: 0, other: 1 }, barAt(t, 100), barAt(t, price));
          const seen = prices.slice(0, i + 1);
          const last = seen.findLastIndex((each) => each > 101);
          // 100.9 is within what is allowed, and not within half of it
          let [run, longest] = [0, 0];
          for (const each of seen.slice(last + 1)) longest = Math.max(longest, (run = each <= 100.3 ? run + 1 : 0));
          expect(symbolsApart(agreement)).toEqual(last >= 0 && longest < AGREE ? [symbol] : []);
        }
      }),
    );
  });

  it('2. say nothing of a minute that one of them has not, or heard in part', () => {
    const two = market(symbolsOf(12));
    const none = Array.from({ length: 12 }, () => undefined);
    for (let i = 0; i < 6; i++) expect(two.close(none)).toEqual([]);
    const [, other] = two.sources.lives;
    if (other === undefined) throw new Error('there are two');
    // it was not listened to, and what it has of the minute is half of it
    other.outages.missing = [{ from: FIRST, to: FIRST + 60 * MINUTE }];
    for (let i = 0; i < 4; i++) expect(two.close(none.map(() => 150))).toEqual([]);
    two.close(none);
    other.outages.missing = [];
    two.close(none);
    expect(two.close(none.map(() => 150))).toEqual([]);
    expect(two.close(none)).toEqual(symbolsOf(12));
  });

  it('stop entries in the symbol alone, a minute after it was published, and say the prices', () => {
    const symbols = symbolsOf(12);
    const two = market(symbols, 0.25);
    const well = symbols.map(() => 100.2);
    const off = symbols.map((_, i) => (i === 4 ? 104 : 100.2));
    for (let i = 0; i < 5; i++) expect(two.close(well)).toEqual([]);
    expect(two.close(off)).toEqual([]);
    expect(two.close(well)).toEqual([symbols[4]]);
    expect(two.words()).toContain('vendors disagree: S14 (100 by one/feed, 104 by two/feed)');
    expect(two.close(well)).toEqual([symbols[4]]);
    expect(two.close(well)).toEqual([symbols[4]]);
    expect(two.close(well)).toEqual([]);
    expect(two.words()).not.toContain('disagree');
  });

  it('3. stop entries in all symbols when they disagree on too many', () => {
    const symbols = symbolsOf(12);
    const two = market(symbols, 0.25);
    const off = (count: number) => symbols.map((_, i) => (i < count ? 104 : 100));
    for (let i = 0; i < 4; i++) two.close(off(3));
    expect(two.close(off(3))).toEqual(symbols.slice(0, 3));
    two.close(off(4));
    expect(two.close(off(0))).toEqual(symbols);
    expect(two.words()).toContain('so many that no symbol is relied on');
    for (let i = 0; i < 2 * AGREE; i++) two.close(off(0));
    expect(two.close(off(0))).toEqual([]);
  });

  it('4. are not forgotten to disagree, whenever the process is killed', () => {
    const symbols = symbolsOf(12);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(100, 104, undefined), { minLength: 4, maxLength: 14 }),
        fc.nat(13),
        (prices, killedAt) => {
          const [alive, killed] = [market(symbols), market(symbols)];
          for (const [i, price] of prices.entries()) {
            const second = symbols.map((_, at) => (at === 2 ? price : 100));
            const there = alive.close(second);
            const here = killed.close(second);
            for (const symbol of there) expect(here).toContain(symbol);
            if (i === killedAt) killed.kill();
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of which one is not listened to are asked for every symbol in turn, and for those in disagreement first', () => {
    const symbols = symbolsOf(10);
    const agreement = newVendorAgreement({ ...optionsOf(1), symbols });
    const first = symbolsToAsk(agreement, 4, 1_000);
    const second = symbolsToAsk(agreement, 4, 2_000);
    const third = symbolsToAsk(agreement, 4, 3_000);
    expect(new Set([...first, ...second, ...third])).toEqual(new Set(symbols));
    noteCompared(agreement, 9, { owner: 0, other: 1 }, barAt(FIRST, 100), barAt(FIRST, 110));
    for (let i = 0; i < 5; i++) expect(symbolsToAsk(agreement, 4, 4_000 + i)).toContain(symbols[9]);
    expect(symbolsToAsk(agreement, 40, 9_000)).toEqual(symbols);
    expect(wordsOfApart(agreement)).toContain('S19 (100 by one/feed, 110 by two/feed)');
  });
});
