import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BAR_FLAG, epochMs, item, newScannerWord, type EpochMs, type Watchlist } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { NO_SCAN, newScanSchedule, scanDue, scannerStage } from './index.ts';
import { CONFIG, inputOf, type Prints } from '../test/given-scanner.ts';

const SYMBOLS = ['A', 'BRK.B', 'KO', 'MSFT', 'Z'];
/** A half day and the change of the clock are among them. */
const DATES = ['2024-10-31', '2024-11-01', '2024-11-04', '2024-11-27', '2024-11-29', '2024-12-02'];
const MINUTES = [300, 560, 565, 571, 590, 600, 720, 780, 900, 960, 1_000];
const TIMES: readonly EpochMs[] = DATES.flatMap((date) =>
  MINUTES.filter((minute) => date !== '2024-11-29' || minute <= 780).map((minute) => newYorkInstant(date, minute)),
);
const config = { ...CONFIG, stayScore: 0.1, weights: { gap: 1, relativeVolume: 1, range: 1, trend: 1, uncertainty: 1 } };

const someFlags = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.values(BAR_FLAG)) },
);
const somePrint = fc.record({
  close: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 9_000, max: 11_000 }).map((n) => n / 100) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  ),
  volume: fc.integer({ min: 0, max: 10_000 }),
  flags: someFlags,
  velocity: fc.integer({ min: -50_000, max: 50_000 }),
  width: fc.integer({ min: 0, max: 1_000_000 }),
});
const somePrints: fc.Arbitrary<Prints> = fc
  .array(fc.option(somePrint, { freq: 6 }), { minLength: SYMBOLS.length, maxLength: SYMBOLS.length })
  .map((prints) => Object.fromEntries(prints.flatMap((print, i) => (print === null ? [] : [[item(SYMBOLS, i), print]]))));
const someMarket = fc.array(somePrints, { minLength: TIMES.length, maxLength: TIMES.length });

interface Way {
  readonly shards?: number;
  readonly isBackwards?: boolean;
  readonly isRestored?: boolean;
}

/** The lists of a market, delivered in some way: null where none was made. */
function listsOf(
  market: readonly Prints[],
  { shards = 1, isBackwards = false, isRestored = false }: Way = {},
): (Watchlist | null)[] {
  let state = scannerStage.initial(config);
  const word = newScannerWord();
  return market.map((prints, i) => {
    if (isRestored) state = deserialize(serialize(state)) as typeof state;
    const input = inputOf(item(TIMES, i), prints, { shards });
    scannerStage.apply(
      state,
      isBackwards ? { ...input, bars: input.bars.toReversed(), states: input.states.toReversed() } : input,
      word,
    );
    return word.watchlist;
  });
}

const holds = (check: (market: readonly Prints[]) => void): void => fc.assert(fc.property(someMarket, check), { numRuns: 60 });

describe('the scanner, whatever the market does', () => {
  it('1. makes the same lists of data up to any interval as of all data', () => {
    fc.assert(
      fc.property(someMarket, someMarket, fc.nat(TIMES.length), (market, other, cut) => {
        const changed = [...market.slice(0, cut), ...other.slice(cut)];
        expect(listsOf(changed).slice(0, cut)).toEqual(listsOf(market).slice(0, cut));
      }),
      { numRuns: 60 },
    );
  });

  it('2. makes the same lists with any number of shards, in whatever order they come', () => {
    holds((market) => {
      const plain = JSON.stringify(listsOf(market));
      for (const shards of [1, 2, 5])
        for (const isBackwards of [false, true]) expect(JSON.stringify(listsOf(market, { shards, isBackwards }))).toBe(plain);
    });
  });

  it('3. makes lists at the intervals of scans alone, with safe integers, of symbols that are there once, the best first', () => {
    const schedule = newScanSchedule(config);
    holds((market) => {
      listsOf(market).forEach((list, i) => {
        const [t, before] = [item(TIMES, i), i === 0 ? -1 : item(TIMES, i - 1)];
        expect(list !== null).toBe(scanDue(schedule, '1m', before, epochMs(t)) !== NO_SCAN);
        if (list === null) return;
        expect(list.t).toBe(t);
        expect(list.symbols.length).toBe(Math.min(config.top, list.eligible));
        expect(new Set(list.symbols).size).toBe(list.symbols.length);
        const numbers = [
          list.scoreMicro,
          list.gapPpm,
          list.relativeVolumeMilli,
          list.rangePpm,
          list.trendMilli,
          list.uncertaintyE8,
        ];
        for (const column of numbers) {
          expect(column.length).toBe(list.symbols.length);
          expect(column.every((n) => Number.isSafeInteger(n) && !Object.is(n, -0))).toBe(true);
        }
        const ranks = list.symbols.map((symbol, rank) => ({ symbol, score: item(list.scoreMicro, rank) }));
        expect(ranks).toEqual(ranks.toSorted((a, b) => b.score - a.score || (a.symbol < b.symbol ? -1 : 1)));
      });
    });
  });

  it('4. goes on alike from a state that was stored', () => {
    holds((market) => expect(listsOf(market, { isRestored: true })).toEqual(listsOf(market)));
  });

  it('the markets are worth the name: symbols are listed, and left out', () => {
    const lists = fc
      .sample(someMarket, { numRuns: 20, seed: 7 })
      .flatMap((market) => listsOf(market))
      .filter((list) => list !== null);
    expect(lists.some(({ eligible }) => eligible > config.top)).toBe(true);
    expect(lists.some(({ eligible }) => eligible === 0)).toBe(true);
  });
});
