import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ADAPTED_LEVELS, QUANTILE_LEVELS, read } from '@aitrader/model';
import { oneSymbol, type OneSymbol } from '../test/one-symbol.ts';
import { startBank } from './bank.ts';
import { BAR, newMoment } from './batch.ts';
import { forecastBars } from './forecast.ts';
import { FACTOR, FILTER, FORECAST, PAST } from './memory.ts';
import { ADAPTED, MEDIAN, QUANTILES } from './sizes.ts';
import { follow, newTrackerRates, startTrackers } from './trackers.ts';
import { newTransitions } from './transition.ts';

const RATES = newTrackerRates(0.002, 0.012);
const VELOCITY = { reversionPerStep: 0.02, gain: 0 };
/** Nothing but the level is uncertain. */
const MODEL = { velocity: VELOCITY, transitions: newTransitions(VELOCITY), observationNoise: 0, softZ: 6 };

function newForecast(): OneSymbol {
  const symbol = oneSymbol();
  const { memory } = symbol;
  startBank(memory, 0, 9);
  startTrackers(memory, 0);
  memory.past[PAST.bars] = 1;
  memory.filter[FILTER.levelVariance] = 9;
  forecast(symbol);
  return symbol;
}

/** A forecast with mean 0 and variance 9 bp², all of it the level's. */
function forecast({ memory, batch }: OneSymbol): void {
  forecastBars(MODEL, newMoment(), memory, batch);
  expect([read(memory.forecasts, FORECAST.mean), read(memory.forecasts, FORECAST.variance)]).toEqual([0, 9]);
}

function take(symbol: OneSymbol, y: number): void {
  const { memory, batch } = symbol;
  batch.bars[BAR.outcome] = Math.round(y);
  memory.past[PAST.bars] = read(memory.past, PAST.bars) + 1;
  follow(RATES, memory, batch);
  forecast(symbol);
}

const rawOf = ({ memory }: OneSymbol): Float64Array => memory.forecasts.slice(FORECAST.raw, FORECAST.raw + QUANTILES);
const adaptedOf = ({ memory }: OneSymbol): Float64Array => memory.forecasts.slice(FORECAST.adapted, FORECAST.adapted + ADAPTED);

describe('quantiles that follow their misses', () => {
  it('never fall from one level to the next, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { maxLength: 300 }), (outcomes) => {
        const symbol = newForecast();
        for (const y of outcomes) {
          take(symbol, y);
          const raw = rawOf(symbol);
          const adapted = adaptedOf(symbol);
          expect(raw).toEqual(raw.slice().sort());
          expect(adapted).toEqual(adapted.slice().sort());
        }
      }),
    );
  });

  it('are missed as often as their levels say, on a law that is nothing like the bank’s', () => {
    // logistic, three times as wide above 0 as below it, with a mean that no forecast knows
    let state = 5;
    const uniform = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const symbol = newForecast();
    const below = QUANTILE_LEVELS.map(() => 0);
    const adaptedBelow = ADAPTED_LEVELS.map(() => 0);
    const [burnIn, n] = [4000, 40_000];
    for (let i = 0; i < burnIn + n; i++) {
      const u = uniform();
      const z = Math.log(u / (1 - u));
      const y = Math.round((z < 0 ? 8000 : 24_000) * z);
      if (i >= burnIn) {
        below.forEach((_, k) => (below[k] = (below[k] ?? 0) + (y < read(rawOf(symbol), k) ? 1 : 0)));
        adaptedBelow.forEach((_, k) => (adaptedBelow[k] = (adaptedBelow[k] ?? 0) + (y < read(adaptedOf(symbol), k) ? 1 : 0)));
      }
      take(symbol, y);
    }
    below.forEach((count, k) => expect(Math.abs(count / n - (QUANTILE_LEVELS[k] ?? NaN))).toBeLessThan(0.006));
    adaptedBelow.forEach((count, k) => expect(Math.abs(count / n - (ADAPTED_LEVELS[k] ?? NaN))).toBeLessThan(0.006));
  });

  it('move little at one bar: the slow factors by at most three per cent, once the first bars are past', () => {
    const symbol = newForecast();
    symbol.memory.factors[FACTOR.visits] = 1000;
    const { factors } = symbol.memory;
    const before = factors.slice(FACTOR.raw, FACTOR.raw + QUANTILES);
    take(symbol, -1e9);
    const changes = Array.from(before, (factor, k) => read(factors, FACTOR.raw + k) / factor - 1).filter((_, k) => k !== MEDIAN);
    expect(Math.max(...changes.map(Math.abs))).toBeLessThan(0.03);
  });
});
