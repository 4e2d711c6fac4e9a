import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ADAPTED_LEVELS, QUANTILE_LEVELS, read } from '@aitrader/model';
import { startBank } from './bank.ts';
import { writeQuantiles } from './forecast.ts';
import { ADAPTED, MEDIAN, QUANTILES, SLOT, SLOT_WIDTH } from './slot.ts';
import { follow, newTrackerRates, startTrackers } from './trackers.ts';

const RATES = newTrackerRates(0.002, 0.012);

function newForecast(): Float64Array {
  const slot = new Float64Array(SLOT_WIDTH);
  startBank(slot, 0, 9);
  startTrackers(slot, 0);
  slot[SLOT.bars] = 1;
  slot[SLOT.forecastVariance] = 9;
  writeQuantiles(slot, 0);
  return slot;
}

function take(slot: Float64Array, y: number): void {
  slot[SLOT.outcome] = Math.round(y);
  follow(RATES, slot, 0);
  slot[SLOT.bars] = read(slot, SLOT.bars) + 1;
  writeQuantiles(slot, 0);
}

describe('quantiles that follow their misses', () => {
  it('never fall from one level to the next, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { maxLength: 300 }), (outcomes) => {
        const slot = newForecast();
        for (const y of outcomes) {
          take(slot, y);
          const raw = slot.slice(SLOT.raw, SLOT.raw + QUANTILES);
          const adapted = slot.slice(SLOT.adapted, SLOT.adapted + ADAPTED);
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
    const slot = newForecast();
    const below = QUANTILE_LEVELS.map(() => 0);
    const adaptedBelow = ADAPTED_LEVELS.map(() => 0);
    const [burnIn, n] = [4000, 40_000];
    for (let i = 0; i < burnIn + n; i++) {
      const u = uniform();
      const z = Math.log(u / (1 - u));
      const y = Math.round((z < 0 ? 8000 : 24_000) * z);
      if (i >= burnIn) {
        below.forEach((_, k) => (below[k] = (below[k] ?? 0) + (y < read(slot, SLOT.raw + k) ? 1 : 0)));
        adaptedBelow.forEach((_, k) => (adaptedBelow[k] = (adaptedBelow[k] ?? 0) + (y < read(slot, SLOT.adapted + k) ? 1 : 0)));
      }
      take(slot, y);
    }
    below.forEach((count, k) => expect(Math.abs(count / n - (QUANTILE_LEVELS[k] ?? NaN))).toBeLessThan(0.006));
    adaptedBelow.forEach((count, k) => expect(Math.abs(count / n - (ADAPTED_LEVELS[k] ?? NaN))).toBeLessThan(0.006));
  });

  it('move little at one bar: the slow factors by at most three per cent, once the first bars are past', () => {
    const slot = newForecast();
    slot[SLOT.bars] = 1000;
    const before = slot.slice(SLOT.rawFactors, SLOT.rawFactors + QUANTILES);
    take(slot, -1e9);
    const changes = Array.from(before, (factor, k) => read(slot, SLOT.rawFactors + k) / factor - 1).filter(
      (_, k) => k !== MEDIAN,
    );
    expect(Math.max(...changes.map(Math.abs))).toBeLessThan(0.03);
  });
});
