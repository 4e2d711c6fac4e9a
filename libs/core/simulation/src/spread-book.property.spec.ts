/**
 * 1. An estimate rests on bars that were learned before it was asked for, and on those of its symbol and part of the day alone.
 * 2. It is never below the floor. Where bars do not tell enough, the configured figure stands in, and is said to.
 * 3. Sessions fade: each counts for 1 − 1/n of the one after it, so that n of them are remembered and the state does not grow with time.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BAR_FLAG, epochMs, ticker, type EpochMs, type SimulationConfig, type SpreadNote } from '@aitrader/model';
import { newYorkInstant, sessionsBetween } from '@aitrader/core-sessions';
import { FREE } from '../test/given-broker.ts';
import { barsWithSpread, minutesFrom, slicesOf, SYMBOLS, type GivenBar } from '../test/given-session.ts';
import { learnSpreads, newSpreadBook, toldHalfSpread, type SpreadBook } from './index.ts';

const A = ticker('AAA');
const CONFIG: SimulationConfig = { ...FREE, halfSpreadBpRegular: 1, halfSpreadBpExtended: 15, spread: 'estimated' };
const DAYS = sessionsBetween('2026-01-05', '2026-01-16');
const openOf = (day: number): EpochMs => DAYS[day]?.open ?? newYorkInstant('2026-01-05', 570);

function learn(book: SpreadBook, times: readonly EpochMs[], bars: readonly (GivenBar | undefined)[], config = CONFIG): void {
  times.forEach((t, n) => learnSpreads(book, config, t, slicesOf(t, bars[n] === undefined ? [] : [bars[n]])));
}

/** What is told of A at every minute, before the bars of that minute are learned. */
function toldAtEach(minutes: number, bars: readonly (readonly (GivenBar | undefined)[])[], shards = 1): SpreadNote[] {
  const book = newSpreadBook();
  return minutesFrom(openOf(0), minutes).map((t, n) => {
    const told = toldHalfSpread(book, CONFIG, t, A);
    learnSpreads(
      book,
      CONFIG,
      t,
      slicesOf(
        t,
        bars.flatMap((each) => each[n] ?? []),
        shards,
      ),
    );
    return told;
  });
}

const someSeed = fc.integer({ min: 1, max: 1_000_000 });

describe('spreads that bars tell', () => {
  it('1. are told by the bars before alone: later ones change nothing of it', () => {
    fc.assert(
      fc.property(someSeed, someSeed, fc.integer({ min: 1, max: 200 }), (seed, other, at) => {
        const bars = barsWithSpread(seed, 200, 0.001, A, { gaps: 0.1 });
        const changed = [...bars.slice(0, at), ...barsWithSpread(other, 200 - at, 0.02, A)];
        expect(toldAtEach(200, [changed]).slice(0, at + 1)).toEqual(toldAtEach(200, [bars]).slice(0, at + 1));
      }),
      { numRuns: 30 },
    );
  });

  it('1. are no matter of other symbols, nor of how these are cut into shards', () => {
    fc.assert(
      fc.property(someSeed, fc.integer({ min: 1, max: 4 }), (seed, shards) => {
        const own = barsWithSpread(seed, 160, 0.001, A);
        const others = SYMBOLS.slice(1).map((symbol, n) => barsWithSpread(seed + n, 160, 0.004, symbol, { gaps: 0.2 }));
        expect(toldAtEach(160, [own, ...others], shards)).toEqual(toldAtEach(160, [own]));
      }),
      { numRuns: 20 },
    );
  });

  it('1. are those of their part of the day', () => {
    const book = newSpreadBook();
    const times = minutesFrom(openOf(0), 500);
    learn(book, times, [...barsWithSpread(3, 390, 0.001, A), ...barsWithSpread(4, 110, 0.006, A)]);
    const regular = toldHalfSpread(book, CONFIG, epochMs(openOf(1) + 60_000), A);
    const early = toldHalfSpread(book, CONFIG, openOf(1), A);
    expect([regular.pairs, early.pairs]).toEqual([311, 87]);
    expect(regular.halfSpreadBp).toBeGreaterThan(3.5);
    expect(regular.halfSpreadBp).toBeLessThan(6.5);
    expect(early).toEqual({ halfSpreadBp: 15, from: 'configured', pairs: 87 });
  });

  it.each([0.0005, 0.001, 0.004])('are within a fifth of the %d that was put in, after a session', (spread) => {
    const book = newSpreadBook();
    learn(book, minutesFrom(openOf(0), 390), barsWithSpread(11, 390, spread, A));
    const { halfSpreadBp, from } = toldHalfSpread(book, CONFIG, openOf(1), A);
    expect(from).toBe('configured');
    expect(halfSpreadBp).toBe(15);
    const told = toldHalfSpread(book, CONFIG, minutesFrom(openOf(1), 1)[0] ?? openOf(1), A);
    expect(told.from).toBe('bars');
    expect(told.halfSpreadBp / (spread * 5_000)).toBeGreaterThan(0.8);
    expect(told.halfSpreadBp / (spread * 5_000)).toBeLessThan(1.2);
  });

  it('2. are the configured ones until a hundred pairs of good neighbours are there', () => {
    const bars = barsWithSpread(5, 200, 0.001, A);
    const told = toldAtEach(200, [bars]);
    expect(told.map(({ pairs }) => pairs).slice(0, 103)).toEqual([0, 0, ...Array.from({ length: 101 }, (_, n) => n + 1)]);
    told.forEach(({ from, halfSpreadBp, pairs }) => {
      expect(from).toBe(pairs >= 100 ? 'bars' : 'configured');
      if (from === 'configured') expect(halfSpreadBp).toBe(1);
    });
    const doubted = bars.map((bar, n) => (bar === undefined || n % 2 === 0 ? bar : { ...bar, flags: BAR_FLAG.WIDE_RANGE }));
    expect(toldAtEach(200, [doubted]).at(-1)?.pairs).toBe(0);
  });

  it('2. are never below the floor, also where bars tell none', () => {
    const floors = fc.constantFrom(0, 0.5, 3, 40);
    fc.assert(
      fc.property(someSeed, floors, fc.constantFrom(0, 0.0001, 0.002), (seed, halfSpreadFloorBp, spread) => {
        const config = { ...CONFIG, halfSpreadFloorBp };
        const book = newSpreadBook();
        minutesFrom(openOf(0), 150).forEach((t, n) => {
          const { halfSpreadBp } = toldHalfSpread(book, config, t, A);
          expect(halfSpreadBp).toBeGreaterThanOrEqual(halfSpreadFloorBp);
          learnSpreads(
            book,
            config,
            t,
            slicesOf(
              t,
              barsWithSpread(seed + n, 1, spread, A).flatMap((bar) => bar ?? []),
            ),
          );
        });
      }),
      { numRuns: 20 },
    );
  });

  it('3. forget: with one session, only the last one counts', () => {
    const config = { ...CONFIG, spreadSessions: 1 };
    const [both, last] = [newSpreadBook(), newSpreadBook()];
    learn(both, minutesFrom(openOf(0), 390), barsWithSpread(7, 390, 0.01, A), config);
    const second = barsWithSpread(8, 200, 0.001, A);
    learn(both, minutesFrom(openOf(1), 200), second, config);
    learn(last, minutesFrom(openOf(1), 200), second, config);
    const t = minutesFrom(openOf(1), 201).at(-1) ?? openOf(1);
    expect(toldHalfSpread(both, config, t, A)).toEqual(toldHalfSpread(last, config, t, A));
    // a session later nothing of it is left
    expect(toldHalfSpread(both, config, minutesFrom(openOf(2), 1)[0] ?? t, A)).toEqual({
      halfSpreadBp: 1,
      from: 'configured',
      pairs: 0,
    });
  });

  it('3. forget by a fifth a session, and stand still in size', () => {
    const book = newSpreadBook();
    const sizes = DAYS.map((_, day) => {
      learn(book, minutesFrom(openOf(day), 390), barsWithSpread(20 + day, 390, 0.001, A));
      return book.edge.sums.length + book.lastT.length + book.index.symbols.length;
    });
    expect(new Set(sizes).size).toBe(1);
    const weights = DAYS.map((_, n) => 389 * 0.8 ** n);
    const { pairs } = toldHalfSpread(book, CONFIG, minutesFrom(openOf(DAYS.length - 1), 390).at(-1) ?? openOf(0), A);
    expect(Math.abs(pairs - weights.reduce((sum, weight) => sum + weight, 0))).toBeLessThan(2);
  });

  it('go on from a copy as they would have', () => {
    const bars = barsWithSpread(9, 260, 0.002, A, { gaps: 0.05 });
    const times = [...minutesFrom(openOf(0), 130), ...minutesFrom(openOf(1), 130)];
    const whole = newSpreadBook();
    let restored = newSpreadBook();
    times.forEach((t, n) => {
      const slices = slicesOf(t, bars[n] === undefined ? [] : [bars[n]]);
      expect(toldHalfSpread(restored, CONFIG, t, A)).toEqual(toldHalfSpread(whole, CONFIG, t, A));
      learnSpreads(whole, CONFIG, t, slices);
      learnSpreads(restored, CONFIG, t, slices);
      restored = structuredClone(restored);
    });
  });
});
