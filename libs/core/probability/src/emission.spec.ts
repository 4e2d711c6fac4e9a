import { describe, expect, it } from '@jest/globals';
import { AT, newStateSlice, PPM, read, STATE_FLAG, STATE_WIDTH, type StateColumn } from '@aitrader/model';
import { oneSymbol, type OneSymbol } from '../test/one-symbol.ts';
import { startBank } from './bank.ts';
import { BAR, newMoment } from './batch.ts';
import { emitBars } from './emission.ts';
import { forecastBars } from './forecast.ts';
import { momentsOf } from './law.ts';
import { BANK, CALIBRATION, CALIBRATION_WIDTH, FACTOR, FILTER, REGIME } from './memory.ts';
import { startTrackers } from './trackers.ts';
import { newTransitions } from './transition.ts';

const VELOCITY = { reversionPerStep: 0.02, gain: 0 };
/** Nothing but the level is uncertain, and the velocity carries it nowhere. */
const MODEL = { velocity: VELOCITY, transitions: newTransitions(VELOCITY).fill(0), observationNoise: 0, softZ: 6 };

/** A symbol at 46,000 bp with a variance of 9 bp², whose close lies 2 bp above its level; its forecast has an sd of `sd` bp. */
function symbolOf(sd = 3): OneSymbol {
  const symbol = oneSymbol();
  const { memory, batch } = symbol;
  startBank(memory, 0, 9);
  startTrackers(memory, 0);
  memory.regimes.set([0.25, 0.6, 0.15], REGIME.law);
  memory.filter[FILTER.level] = 46_000;
  batch.bars[BAR.closeBp] = 46_002;
  forecast(symbol, sd);
  memory.filter[FILTER.levelVariance] = 4;
  memory.filter[FILTER.velocityVariance] = 0.01;
  return symbol;
}

function forecast({ memory, batch }: OneSymbol, sd: number): void {
  memory.filter[FILTER.levelVariance] = sd * sd;
  forecastBars(MODEL, newMoment(), memory, batch);
}

function emitted({ memory, batch }: OneSymbol, flags = 0, minutesPerStep = 1, scoredAs = 1): (column: StateColumn) => number {
  const { rows } = newStateSlice(0, 2);
  batch.row[0] = 1;
  batch.flags[0] = flags;
  emitBars(rows, { ...newMoment(), minutesPerStep, scoredAs }, memory, batch);
  expect(rows.subarray(0, STATE_WIDTH).every((value) => value === 0)).toBe(true);
  return (column) => read(rows, STATE_WIDTH + AT[column]);
}

describe('emission', () => {
  it('puts every figure of the filter in its unit and in its place', () => {
    const symbol = symbolOf();
    symbol.memory.filter[FILTER.velocity] = 0.1;
    symbol.memory.filter[FILTER.covariance] = -0.05;
    const row = emitted(symbol, STATE_FLAG.GAP);
    const filter = ['level', 'velocity', 'levelVariance', 'levelVelocityCovariance', 'velocityVariance', 'volatility'] as const;
    expect(filter.map(row)).toEqual([460_000_000, 1000, 4_000_000, -50_000, 10_000, 30_000]);
    // the velocity is one standard deviation above 0: 84.1345 %
    expect(row('velocityUp')).toBe(841_345);
    expect([row('calm'), row('turbulent'), row('flags')]).toEqual([250_000, 150_000, STATE_FLAG.GAP]);
  });

  it('speaks of minutes, whatever a step is', () => {
    const symbol = symbolOf();
    symbol.memory.filter[FILTER.velocity] = 96;
    symbol.memory.filter[FILTER.covariance] = 9.6;
    const row = emitted(symbol, 0, 960);
    expect([row('velocity'), row('levelVelocityCovariance')]).toEqual([1000, 10_000]);
    expect(row('volatility')).toBe(Math.round(30_000 / Math.sqrt(960)));
  });

  it('describes the law by its quantiles: those of the Student t that they belong to', () => {
    const symbol = symbolOf();
    const { memory } = symbol;
    // the law of four degrees of freedom itself
    memory.bank.set([0, 1, 0], BANK.shapes);
    memory.factors.fill(1, FACTOR.raw, FACTOR.raw + 13);
    memory.factors[FACTOR.raw + 6] = 0;
    forecast(symbol, 3);
    const row = emitted(symbol);
    expect([row('q500'), row('predictiveDof')]).toEqual([-20_000, 4000]);
    // published: t(0.975; 4) = 2.776445
    expect(row('q975')).toBe(Math.round(-20_000 + 30_000 * 2.776445 * Math.SQRT1_2));
    expect(row('a975')).toBe(row('q975'));
    const { mean, variance } = momentsOf(memory.forecasts, 4);
    expect([Math.round(mean), Math.round(Math.sqrt(variance))]).toEqual([-20_000, 30_000]);
  });

  it('says how far the last bar was from what was expected', () => {
    const symbol = symbolOf();
    symbol.batch.bars[BAR.z] = -1.25;
    expect(emitted(symbol)('z')).toBe(-1250);
  });

  it('tells the calibration of the session of the bar', () => {
    const symbol = symbolOf();
    const { calibration } = symbol.memory;
    calibration[2 * CALIBRATION_WIDTH + CALIBRATION.coverage95] = 0.75;
    calibration[2 * CALIBRATION_WIDTH + CALIBRATION.scored] = 7;
    const row = emitted(symbol, 0, 1, 2);
    expect([row('coverage95'), row('scored')]).toEqual([750_000, 7]);
    expect(emitted(symbol)('scored')).toBe(0);
  });

  it('measures how evenly the bank spreads its trust', () => {
    const symbol = symbolOf();
    expect(emitted(symbol)('expertEntropy')).toBe(PPM);
    symbol.memory.bank[BANK.concentration] = 1;
    expect(emitted(symbol)('expertEntropy')).toBe(0);
  });

  it('says so when a figure leaves its unit and is cut to it', () => {
    const symbol = symbolOf();
    symbol.memory.filter[FILTER.levelVariance] = 1e12;
    const row = emitted(symbol, STATE_FLAG.SUSPECT);
    expect(row('levelVariance')).toBe(Number.MAX_SAFE_INTEGER);
    expect(row('flags')).toBe(STATE_FLAG.SUSPECT | STATE_FLAG.SATURATED);
    const wide = emitted(symbolOf(1e13));
    expect(wide('q010')).toBe(-Number.MAX_SAFE_INTEGER);
    expect(wide('flags')).toBe(STATE_FLAG.SATURATED);
  });

  it('says nothing of figures that are large together and none of which is cut', () => {
    const symbol = symbolOf();
    symbol.memory.filter[FILTER.levelVariance] = 8e9;
    symbol.memory.filter[FILTER.velocityVariance] = 8e9;
    const row = emitted(symbol);
    expect([row('levelVariance'), row('velocityVariance'), row('flags')]).toEqual([8e15, 8e15, 0]);
  });

  it('refuses a figure that is no number', () => {
    const symbol = symbolOf();
    symbol.memory.filter[FILTER.covariance] = NaN;
    expect(() => emitted(symbol)).toThrow(RangeError);
    expect(() => symbolOf(NaN)).toThrow(RangeError);
  });
});
