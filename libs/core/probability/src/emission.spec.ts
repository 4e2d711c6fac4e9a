import { describe, expect, it } from '@jest/globals';
import { AT, newStateSlice, PPM, read, STATE_FLAG, STATE_WIDTH, type StateColumn } from '@aitrader/model';
import { startBank } from './bank.ts';
import { emitRow } from './emission.ts';
import { writeQuantiles } from './forecast.ts';
import { writeMoments } from './law.ts';
import { CALIBRATION, CALIBRATION_WIDTH, SLOT, SLOT_WIDTH } from './slot.ts';
import { startTrackers } from './trackers.ts';

type Figures = Partial<Record<keyof typeof SLOT, number>>;

/** A symbol with a level of 100 dollars and a variance of 9 bp², whose last forecast had a mean of −2 bp and an sd of 3 bp. */
function slotOf(figures: Figures = {}, sd = 3): Float64Array {
  const slot = new Float64Array(SLOT_WIDTH);
  startBank(slot, 0, 9);
  startTrackers(slot, 0);
  const quiet: Figures = { level: 46_000, levelVariance: 4, velocityVariance: 0.01, variance: 9 };
  for (const [name, value] of Object.entries({ ...quiet, ...figures })) slot[SLOT[name as keyof typeof SLOT]] = value;
  slot.set([0.25, 0.6, 0.15], SLOT.regimes);
  forecast(slot, sd);
  return slot;
}

/** A forecast with a mean of −2 bp. */
function forecast(slot: Float64Array, sd: number): void {
  slot[SLOT.forecastMean] = -2;
  slot[SLOT.forecastVariance] = sd * sd;
  writeQuantiles(slot, 0);
  writeMoments(slot, 0);
}

function emitted(slot: Float64Array, flags = 0, stepMinutes = 1, scoredAs = 1): (column: StateColumn) => number {
  const { rows } = newStateSlice(0, 2);
  emitRow(rows, 1, slot, 0, { flags, stepMinutes, scoredAs });
  expect(rows.subarray(0, STATE_WIDTH).every((value) => value === 0)).toBe(true);
  return (column) => read(rows, STATE_WIDTH + AT[column]);
}

describe('emission', () => {
  it('puts every figure of the filter in its unit and in its place', () => {
    const row = emitted(slotOf({ velocity: 0.1, covariance: -0.05 }), STATE_FLAG.GAP);
    const filter = ['level', 'velocity', 'levelVariance', 'levelVelocityCovariance', 'velocityVariance', 'volatility'] as const;
    expect(filter.map(row)).toEqual([460_000_000, 1000, 4_000_000, -50_000, 10_000, 30_000]);
    // the velocity is one standard deviation above 0: 84.1345 %
    expect(row('velocityUp')).toBe(841_345);
    expect([row('calm'), row('normal'), row('turbulent'), row('flags')]).toEqual([250_000, 600_000, 150_000, STATE_FLAG.GAP]);
  });

  it('speaks of minutes, whatever a step is', () => {
    const row = emitted(slotOf({ velocity: 96, covariance: 9.6 }), 0, 960);
    expect([row('velocity'), row('levelVelocityCovariance')]).toEqual([1000, 10_000]);
    expect(row('volatility')).toBe(Math.round(30_000 / Math.sqrt(960)));
  });

  it('describes the law of the quantiles: the mean and sd of the Student t that they belong to', () => {
    const slot = slotOf();
    // the law of four degrees of freedom itself
    slot.set([0, 1, 0], SLOT.shapes);
    slot.fill(1, SLOT.rawFactors, SLOT.rawFactors + 13);
    slot[SLOT.rawFactors + 6] = 0;
    forecast(slot, 3);
    const row = emitted(slot);
    expect([row('predictiveMean'), row('q500'), row('predictiveDof')]).toEqual([-20_000, -20_000, 4000]);
    expect(Math.abs(row('predictiveSd') - 30_000)).toBeLessThanOrEqual(1);
    // published: t(0.975; 4) = 2.776445
    expect(row('q975')).toBe(Math.round(-20_000 + 30_000 * 2.776445 * Math.SQRT1_2));
    expect(row('a975')).toBe(row('q975'));
  });

  it('says how the last bar fared, and nothing when there was no forecast', () => {
    const slot = slotOf({ z: -1.25, pit: 0.125, logScore: -0.5, crps: 1234.4 });
    const scores = ['z', 'pit', 'logScore', 'crps'] as const;
    expect(scores.map(emitted(slot))).toEqual([-1250, 125_000, -500_000, 1234]);
    expect(scores.map(emitted(slot, STATE_FLAG.UNSCORED))).toEqual([0, 0, 0, 0]);
  });

  it('tells the calibration of the session of the bar', () => {
    const slot = slotOf();
    const means = SLOT.calibrations + 2 * CALIBRATION_WIDTH;
    slot.set([0.5, 0.75, 1, 1, 1], means);
    slot[means + CALIBRATION.scored] = 7;
    const row = emitted(slot, 0, 1, 2);
    expect([row('coverage50'), row('coverage80'), row('coverage99'), row('scored')]).toEqual([500_000, 750_000, PPM, 7]);
    expect(emitted(slot)('scored')).toBe(0);
  });

  it('measures how evenly the bank spreads its trust', () => {
    expect(emitted(slotOf())('expertEntropy')).toBe(PPM);
    expect(emitted(slotOf({ concentration: 1 }))('expertEntropy')).toBe(0);
  });

  it('says so when a figure leaves its unit and is cut to it', () => {
    const row = emitted(slotOf({ levelVariance: 1e12 }), STATE_FLAG.SUSPECT);
    expect(row('levelVariance')).toBe(Number.MAX_SAFE_INTEGER);
    expect(row('flags')).toBe(STATE_FLAG.SUSPECT | STATE_FLAG.SATURATED);
    expect(emitted(slotOf({}, 1e13))('q010')).toBe(-Number.MAX_SAFE_INTEGER);
  });

  it('refuses a figure that is no number', () => {
    expect(() => emitted(slotOf({ covariance: NaN }))).toThrow(RangeError);
    expect(() => slotOf({}, NaN)).toThrow(RangeError);
  });
});
