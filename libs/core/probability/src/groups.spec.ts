import { describe, expect, it } from '@jest/globals';
import { ADAPTED_LEVELS, QUANTILE_LEVELS, read, REGIMES } from '@aitrader/model';
import { oneSymbol, type OneSymbol } from '../test/one-symbol.ts';
import { startBank } from './bank.ts';
import { BAR, newMoment } from './batch.ts';
import { DAYPART } from './bucket.ts';
import { forecastBars } from './forecast.ts';
import { FACTOR, FILTER, FORECAST, PAST, REGIME } from './memory.ts';
import { ADAPTED, MEDIAN, QUANTILES } from './sizes.ts';
import { enterGroups, follow, followScales, newTrackerRates, startTrackers } from './trackers.ts';
import { newTransitions } from './transition.ts';
import { drawToAtoms } from './unchanged.ts';

const RATES = newTrackerRates(0.002, 0.012);
const VELOCITY = { reversionPerStep: 0.02, gain: 0 };
/** Nothing but the level is uncertain. */
const MODEL = { velocity: VELOCITY, transitions: newTransitions(VELOCITY), observationNoise: 0, softZ: 6 };
const E8_PER_SD = 30_000;

/** A symbol whose forecasts have mean 0 and a variance of 9 bp². */
function newSymbol(): OneSymbol {
  const symbol = oneSymbol();
  startBank(symbol.memory, 0, 9);
  startTrackers(symbol.memory, 0);
  symbol.memory.past[PAST.bars] = 1;
  symbol.memory.filter[FILTER.levelVariance] = 9;
  return symbol;
}

/** Makes the next forecast in a part of the day and a regime. */
function forecast({ memory, batch }: OneSymbol, daypart: number, label: number): void {
  memory.regimes[REGIME.label] = label;
  enterGroups(daypart, memory, batch);
  forecastBars(MODEL, { ...newMoment(), daypart }, memory, batch);
  drawToAtoms(daypart, memory, batch);
}

function take({ memory, batch }: OneSymbol, y: number): void {
  batch.bars[BAR.outcome] = Math.round(y);
  follow(RATES, memory, batch);
  followScales(memory, batch);
}

const quantile = ({ memory }: OneSymbol, k: number): number => read(memory.forecasts, FORECAST.raw + k);
const adapted = ({ memory }: OneSymbol, j: number): number => read(memory.forecasts, FORECAST.adapted + j);
const factorsOf = ({ memory }: OneSymbol): Float64Array => memory.factors.slice(FACTOR.raw, FACTOR.scale + 1);

function uniforms(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
const logistic = (u: number): number => 0.55 * Math.log(u / (1 - u));

describe('groups of forecasts', () => {
  it('cover each what they promise, where a regime’s moves are larger than the variance says and another one’s smaller', () => {
    const symbol = newSymbol();
    const uniform = uniforms(11);
    const sizes = [1.2, 1, 0.85];
    const held = REGIMES.map(() => ({ n: 0, raw: [0, 0, 0], adapted: [0, 0, 0] }));
    for (let i = 0; i < 60_000; i++) {
      const label = Math.floor(i / 50) % 3;
      forecast(symbol, DAYPART.regular, label);
      const y = Math.round(E8_PER_SD * (sizes[label] ?? NaN) * logistic(uniform()));
      const group = held[label];
      if (i > 10_000 && group !== undefined) {
        group.n++;
        [1, 2, 4].forEach((reach, k) => {
          const raw = y >= quantile(symbol, MEDIAN - reach) && y <= quantile(symbol, MEDIAN + reach);
          const own = y >= adapted(symbol, ADAPTED / 2 - reach) && y <= adapted(symbol, ADAPTED / 2 - 1 + reach);
          group.raw[k] = (group.raw[k] ?? 0) + (raw ? 1 : 0);
          group.adapted[k] = (group.adapted[k] ?? 0) + (own ? 1 : 0);
        });
      }
      take(symbol, y);
    }
    for (const { n, raw, adapted: own } of held)
      [50, 80, 95].forEach((level, k) => {
        expect(Math.abs((100 * (raw[k] ?? NaN)) / n - level)).toBeLessThan(1.5);
        expect(Math.abs((100 * (own[k] ?? NaN)) / n - level)).toBeLessThan(1);
      });
  });

  it('leave their factors as they were until they are in force again, but for the part of the whole', () => {
    const symbol = newSymbol();
    const uniform = uniforms(5);
    for (let i = 0; i < 500; i++) {
      forecast(symbol, DAYPART.regular, 1);
      take(symbol, E8_PER_SD * logistic(uniform()));
    }
    forecast(symbol, DAYPART.regular, 1);
    const before = factorsOf(symbol);
    // elsewhere and back, with nothing learned there
    forecast(symbol, DAYPART.post, 2);
    forecast(symbol, DAYPART.regular, 0);
    forecast(symbol, DAYPART.regular, 1);
    factorsOf(symbol).forEach((factor, k) => expect(Math.abs(factor / (before[k] ?? NaN) - 1) || 0).toBeLessThan(1e-12));
    // what is learned elsewhere moves raw factors of their own, and adapted ones by half
    forecast(symbol, DAYPART.post, 2);
    for (let i = 0; i < 30; i++) {
      take(symbol, 1e9);
      forecast(symbol, DAYPART.post, 2);
    }
    const there = factorsOf(symbol);
    forecast(symbol, DAYPART.regular, 1);
    const back = factorsOf(symbol);
    const last = FACTOR.adapted + ADAPTED - 1;
    expect(read(there, QUANTILES - 1)).toBeGreaterThan(1.2 * read(before, QUANTILES - 1));
    expect(Math.abs(read(back, QUANTILES - 1) / read(before, QUANTILES - 1) - 1)).toBeLessThan(1e-12);
    expect(read(back, last)).toBeGreaterThan(1.1 * read(before, last));
    expect(read(back, last)).toBeLessThan(read(there, last));
  });

  it('know a price that stands still outside of regular hours: quantiles within the atom are zero, and none crosses it', () => {
    const symbol = newSymbol();
    const uniform = uniforms(3);
    const hits = { n: 0, eighty: 0, still: 0 };
    for (let i = 0; i < 12_000; i++) {
      forecast(symbol, DAYPART.post, 1);
      const y = uniform() < 0.6 ? 0 : Math.round(E8_PER_SD * logistic(uniform()));
      if (i > 2000) {
        hits.n++;
        if (y >= quantile(symbol, MEDIAN - 2) && y <= quantile(symbol, MEDIAN + 2)) hits.eighty++;
        if (quantile(symbol, MEDIAN - 1) === 0 && quantile(symbol, MEDIAN) === 0 && quantile(symbol, MEDIAN + 1) === 0)
          hits.still++;
        QUANTILE_LEVELS.forEach((level, k) =>
          expect(Math.sign(quantile(symbol, k)) * Math.sign(level - 0.5)).toBeGreaterThanOrEqual(0),
        );
        ADAPTED_LEVELS.forEach((level, j) =>
          expect(Math.sign(adapted(symbol, j)) * Math.sign(level - 0.5)).toBeGreaterThanOrEqual(0),
        );
      }
      take(symbol, y);
    }
    expect(hits.still).toBe(hits.n);
    expect(Math.abs((100 * hits.eighty) / hits.n - 80)).toBeLessThan(1.5);
  });

  it('have no atom in regular hours, nor for closes that only the tick rounds to the last one', () => {
    for (const daypart of [DAYPART.regular, DAYPART.post]) {
      const symbol = newSymbol();
      const uniform = uniforms(9);
      // half a tick is 0.7 sd: three times its variance, tick² / 12, is (0.7 sd)²; it rounds more than half of all closes
      symbol.batch.bars[BAR.tick] = (0.7 * 0.7 * 9) / 3;
      for (let i = 0; i < 6000; i++) {
        forecast(symbol, daypart, 1);
        const y = E8_PER_SD * logistic(uniform());
        take(symbol, daypart === DAYPART.regular || Math.abs(y) < 0.7 * E8_PER_SD ? 0 : y);
        symbol.memory.forecasts[FORECAST.variance] = 9;
      }
      forecast(symbol, daypart, 1);
      expect(quantile(symbol, MEDIAN + 1)).toBeGreaterThan(0);
    }
  });
});
