import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, item, ticker, type EpochMs, type ForecastOutcome } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { statesOf, randomFrom, normalFrom } from '../test/given-innovations.ts';
import { barsOf } from '../test/given-risk.ts';
import { enterPoint, newAccountForecasts, type AccountBook, type HorizonForecast } from './account-forecast.ts';
import { newMarketSight, seeMarket, followActionInSight } from './market-sight.ts';
import { lastClose } from './tape.ts';

const DATES = ['2025-01-06', '2025-01-07', '2025-01-08', '2025-01-10', '2025-01-13', '2025-01-14'];
const SHARES: Readonly<Record<string, number>> = { A: 100, B: -50 };
const OPEN = 9 * 60 + 30;
const CASH = 1_000_000_000;

interface Told {
  readonly t: EpochMs;
  readonly forecasts: readonly HorizonForecast[];
  readonly isTold: boolean;
  readonly outcomes: readonly ForecastOutcome[];
}
interface Play {
  /** of the prices, by the session from which on it holds */
  readonly seeds: readonly number[];
  readonly sdBp?: number;
  readonly stored?: boolean;
  readonly shards?: number;
  readonly skipped?: readonly string[];
  readonly everyMinutes?: number | null;
}

/** Sessions of bars every ten minutes; states say that a price moves by 10 bp in the root of a minute. */
function play({ seeds, sdBp = 30, stored = false, shards = 1, skipped = [], everyMinutes = null }: Play): {
  told: Told[];
  forecasts: ReturnType<typeof newAccountForecasts>;
} {
  let [sight, forecasts] = [newMarketSight(), newAccountForecasts()];
  const told: Told[] = [];
  const prices: Record<string, number> = { A: 100, B: 40 };
  let random = randomFrom(1);
  DATES.forEach((date, session) => {
    random = seeds[session] === undefined ? random : randomFrom(item(seeds, session));
    for (let minute = 10; minute <= 390; minute += 10) {
      for (const symbol of Object.keys(prices)) prices[symbol] = (prices[symbol] ?? 0) * (1 + (sdBp / 1e4) * normalFrom(random));
      if (skipped.includes(date)) continue;
      const t = newYorkInstant(date, OPEN + minute);
      const bars = Array.from({ length: shards }, (_, shard) => barsOf(t, shard, shards, prices));
      seeMarket(sight, t, bars, statesOf(t, { A: normalFrom(random), B: normalFrom(random) }, shards));
      const worth = (): AccountBook => {
        const amounts = Object.entries(SHARES).map(([symbol, shares]) => ({
          symbol: ticker(symbol),
          amount: shares * lastClose(sight.tape, ticker(symbol)),
        }));
        return { equity: CASH + amounts.reduce((sum, { amount }) => sum + amount, 0), amounts };
      };
      const { isTold, made, outcomes } = enterPoint({ ...sight, forecasts }, t, worth, everyMinutes);
      if (made.length > 0) told.push({ t, forecasts: made, isTold, outcomes });
      if (stored) [sight, forecasts] = deserialize(serialize([sight, forecasts])) as [typeof sight, typeof forecasts];
    }
  });
  return { told, forecasts };
}
const seed = fc.nat(1e6);

describe("the account's forecast", () => {
  it('is made at every half hour of regular hours for both closes, and at the close for the next', () => {
    const { told } = play({ seeds: [1] });
    expect(told).toHaveLength(13 * DATES.length);
    const [first, last] = [item(told, 0), item(told, 12)];
    expect(first.t).toBe(newYorkInstant('2025-01-06', 600));
    expect(first.forecasts.map(({ horizon, until }) => [horizon, until])).toEqual([
      ['close', newYorkInstant('2025-01-06', 960)],
      ['next-close', newYorkInstant('2025-01-07', 960)],
    ]);
    expect(last.forecasts.map(({ horizon, until }) => [horizon, until])).toEqual([
      ['next-close', newYorkInstant('2025-01-07', 960)],
    ]);
  });

  it('rests on nothing that came after it', () => {
    fc.assert(
      fc.property(seed, seed, fc.integer({ min: 1, max: 5 }), (past, future, session) => {
        const seeds = [past];
        const other = [...seeds];
        other[session] = future;
        const [one, another] = [play({ seeds }), play({ seeds: other })];
        const until = newYorkInstant(item(DATES, session), OPEN);
        const before = ({ told }: typeof one): Told[] => told.filter(({ t }) => t <= until);
        expect(before(another)).toEqual(before(one));
        expect(before(one)).toHaveLength(13 * session);
      }),
      { numRuns: 20 },
    );
  });

  it('is the same after it was stored, and over any number of shards', () => {
    const one = play({ seeds: [7] });
    expect(play({ seeds: [7], stored: true })).toEqual(one);
    expect(play({ seeds: [7], shards: 3 }).told).toEqual(one.told);
  });

  it('has whole parts of its shortfall that add up to it', () => {
    for (const { forecasts } of play({ seeds: [3] }).told) {
      for (const { shortfall, parts, quantiles } of forecasts) {
        expect(parts.reduce((sum, part) => sum + part.shortfall, 0)).toBe(shortfall);
        expect(shortfall).toBeGreaterThan(-item(quantiles, 0));
        expect([...quantiles, shortfall].every(Number.isSafeInteger)).toBe(true);
      }
    }
  });

  it('learns how far prices go, where volatilities do not say it', () => {
    const widthOf = ({ told }: ReturnType<typeof play>): number => {
      const { quantiles } = item(item(told, 13 * 5).forecasts, 0);
      return item(quantiles, 6) - item(quantiles, 0);
    };
    // 10 bp a minute come to 32 bp in ten
    const [usual, wild] = [widthOf(play({ seeds: [5] })), widthOf(play({ seeds: [5], sdBp: 120 }))];
    expect(wild / usual).toBeGreaterThan(2);
  });

  it('is scored at its close, and not at one that nobody saw', () => {
    const all = play({ seeds: [2] }).forecasts.scores;
    expect(all.close.scored).toBe(12 * DATES.length);
    // the 9th was a day of mourning, so that the 10th follows the 8th
    expect(all['next-close'].scored).toBe(13 * (DATES.length - 1));
    const some = play({ seeds: [2], skipped: ['2025-01-08'] }).forecasts.scores;
    expect(some.close.scored).toBe(12 * (DATES.length - 1));
    expect(some['next-close'].scored).toBe(13 * (DATES.length - 3));
  });

  it('is told every so many minutes, with what each that was told came to, once', () => {
    for (const everyMinutes of [null, 30, 60, 360]) {
      const { told } = play({ seeds: [9], everyMinutes });
      const made = told.flatMap(({ t, isTold, forecasts }) => (isTold ? forecasts.map(({ horizon }) => `${horizon} ${t}`) : []));
      const came = told.flatMap(({ outcomes }) => outcomes.map(({ horizon, madeAt }) => `${horizon} ${madeAt}`));
      const points = everyMinutes === null ? 0 : 360 / everyMinutes;
      const perDate = everyMinutes === null ? 0 : 2 * points + 1;
      expect([everyMinutes, made.length]).toEqual([everyMinutes, perDate * DATES.length]);
      // those to the close after the last date are still to come
      const ahead = everyMinutes === null ? 0 : points + 1;
      expect([...came].sort()).toEqual(
        made
          .slice(0)
          .sort()
          .filter((one) => came.includes(one)),
      );
      expect(came).toHaveLength(made.length - ahead);
    }
  });

  it('takes no split for a move', () => {
    const sight = newMarketSight();
    const t = newYorkInstant('2025-01-06', 960);
    seeMarket(sight, t, [barsOf(t, 0, 1, { A: 100 })], statesOf(t, { A: 0 }));
    enterPoint({ ...sight, forecasts: newAccountForecasts() }, t, () => ({ equity: 1, amounts: [] }), null);
    const action = {
      id: 'x',
      kind: 'split',
      symbol: ticker('A'),
      other: ticker('A'),
      newShares: 10,
      oldShares: 1,
      cash: 0,
      t,
    } as never;
    followActionInSight(sight, action);
    const next = newYorkInstant('2025-01-07', 960);
    seeMarket(sight, next, [barsOf(next, 0, 1, { A: 10 })], statesOf(next, { A: 0 }));
    enterPoint({ ...sight, forecasts: newAccountForecasts() }, epochMs(next), () => ({ equity: 1, amounts: [] }), null);
    expect([...sight.scales.pooled].every((factor) => factor === 0)).toBe(true);
  });
});
