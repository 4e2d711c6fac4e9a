import { describe, expect, it } from '@jest/globals';
import { CALIBRATED_PROBABILITY as CONFIG, epochMs, newBarSlice, newStateSlice, read, ticker } from '@aitrader/model';
import { sessionOn } from '@aitrader/core-sessions';
import { type EarlierMemory } from './carried-memory.ts';
import { weightOf } from './bank.ts';
import { contenderWeight } from './contest.ts';
import {
  BANK,
  BANK_WIDTH,
  CONTENDER,
  CONTENDER_WIDTH,
  FACTOR,
  FACTOR_WIDTH,
  FITTED,
  FITTED_VARIANCE_WIDTH,
  FORECAST,
  FORECAST_WIDTH,
  type Memory,
  REGIME,
  REGIME_WIDTH,
  roomIn,
} from './memory.ts';
import { probabilityStage } from './probability-stage.ts';
import type { ProbabilityState } from './probability-state.ts';
import { EXPERTS, TRACKS } from './sizes.ts';

const SYMBOLS = [ticker('AAA'), ticker('BBB')];
const OPEN = sessionOn('2024-03-04')?.open ?? NaN;

/** Feeds minutes `from` to `to` of a market in which both symbols move. */
function feed(state: ProbabilityState, from: number, to: number): Float64Array {
  const bars = newBarSlice(0, '1m', 2);
  const emit = newStateSlice(0, 2);
  Object.assign(bars, { count: 2, symbols: SYMBOLS });
  for (let minute = from; minute < to; minute++) {
    bars.t = epochMs(OPEN + 60_000 * minute);
    bars.close.set([100 + Math.sin(minute * minute), 50 + Math.cos(minute * minute)]);
    probabilityStage.apply(state, { bars, control: [] }, emit);
  }
  return emit.rows.slice();
}

/** The first `width` numbers of each row of a column. */
function narrowed(column: Float64Array, room: number, width: number): Float64Array {
  const from = column.length / room;
  return Float64Array.from({ length: room * width }, (_, i) => read(column, Math.floor(i / width) * from + (i % width)));
}

/** Rows as they were up to layout `probability/2`: room for two fitted tracks in the bank, and for five figures of each beside the chain. */
function earlierBank({ bank }: Memory, room: number): Float64Array {
  const rows = new Float64Array(room * 48);
  for (let row = 0; row < room; row++) {
    const part = (from: number, count: number): Float64Array =>
      bank.subarray(row * BANK_WIDTH + from, row * BANK_WIDTH + from + count);
    rows.set(part(BANK.variance, 5), row * 48);
    rows.set(part(BANK.keep, 2), row * 48 + 6);
    rows.set(part(BANK.tracks, TRACKS), row * 48 + 8);
    rows.set(part(BANK.experts, EXPERTS), row * 48 + 18);
  }
  return rows;
}

/** What layout `probability/1` had of a memory without fitted parameters. */
function earlier(memory: Memory): EarlierMemory {
  const room = roomIn(memory);
  const { past, season, filter, calibration } = memory;
  return {
    ...{ past, season, filter, calibration },
    bank: earlierBank(memory, room),
    fitted: new Float64Array(room * 37),
    forecasts: narrowed(memory.forecasts, room, FORECAST.group),
    factors: narrowed(memory.factors, room, FACTOR.scale),
    regimes: narrowed(memory.regimes, room, REGIME.reversion),
  };
}

describe('a state of layout 1', () => {
  const before = probabilityStage.initial(CONFIG);
  feed(before, 1, 200);
  const { memory } = before;
  const ended = { ...before, memory: earlier(memory) };
  const state = probabilityStage.goOn(CONFIG, [ended], (symbol) => symbol === 'BBB');

  it('is gone on with: what it has is as it was, and what it has not as before the first bar', () => {
    expect(state.index.symbols).toEqual(['BBB']);
    const row = ({ past, bank, season, filter }: Memory, slot: number) =>
      [past, bank, season, filter].map((column) => column.slice((slot * column.length) / 16, ((slot + 1) * column.length) / 16));
    expect(row(state.memory, 0)).toEqual(row(memory, 1));
    expect(state.memory.factors.slice(0, FACTOR.scale)).toEqual(memory.factors.slice(FACTOR_WIDTH, FACTOR_WIDTH + FACTOR.scale));
    expect(state.memory.forecasts.slice(0, FORECAST_WIDTH)).toEqual(memory.forecasts.slice(FORECAST_WIDTH, 2 * FORECAST_WIDTH));
    expect(state.memory.regimes.slice(0, REGIME.reversion)).toEqual(
      memory.regimes.slice(REGIME_WIDTH, REGIME_WIDTH + REGIME.reversion),
    );
    expect([read(state.memory.factors, FACTOR.scale), read(state.memory.factors, FACTOR.visits)]).toEqual([1, 199]);
    expect(read(state.memory.regimes, REGIME.reversion)).toBe(0.1);
  });

  it('goes on in sound states', () => {
    const rows = feed(state, 200, 260);
    expect([...rows].every(Number.isSafeInteger)).toBe(true);
  });

  it('goes on bit for bit where it is of today’s layout', () => {
    const carried = probabilityStage.goOn(CONFIG, [structuredClone(before)], () => true);
    expect(feed(carried, 200, 260)).toEqual(feed(structuredClone(before), 200, 260));
  });
});

describe('a state of layout 2', () => {
  const before = probabilityStage.initial(CONFIG);
  feed(before, 1, 200);
  const room = roomIn(before.memory);
  const ofLayout2 = (): Memory => ({
    ...structuredClone(before.memory),
    bank: earlierBank(before.memory, room),
    fitted: new Float64Array(room * 37),
  });

  it('goes on bit for bit where nothing was fitted', () => {
    const carried = probabilityStage.goOn(CONFIG, [{ ...before, memory: ofLayout2() }], () => true);
    expect(feed(carried, 200, 260)).toEqual(feed(structuredClone(before), 200, 260));
  });

  it('goes on with fitted variances at the weights that they had, and with a fitted chain', () => {
    const memory = ofLayout2();
    const { bank, fitted } = memory;
    // BBB: GJR and then GARCH, whose experts have weights of their own among 30, as shares before the last mixing
    const b = 48;
    bank[b + 5] = 2;
    bank.set([0.9, 0.1 / 30], b + 6);
    bank.set([16, 36], b + 8 + TRACKS);
    bank.set(
      Array.from({ length: 30 }, (_, i) => (i < 24 ? 0.5 / 24 : i < 27 ? 0.3 / 3 : ([0.1, 0.06, 0.04][i - 27] ?? NaN))),
      b + 18,
    );
    fitted.set([1, 0.5, 0.02, 0.08, 0.9, 0, 0.7, 0.1, 0, 0.8], 37);
    fitted.set(
      Array.from({ length: 27 }, (_, i) => i + 1),
      37 + 10,
    );
    const state = probabilityStage.goOn(CONFIG, [{ ...before, memory }], (symbol) => symbol === 'BBB');
    const to = state.memory;
    const weights = [0, 1, 2].map((contender) => contenderWeight(to, 0, contender));
    [0.9 * 0.5 + 0.08, 0.9 * 0.3 + 0.01, 0.9 * 0.2 + 0.01].forEach((expected, i) =>
      expect(Math.abs((weights[i] ?? NaN) - expected)).toBeLessThan(1e-12),
    );
    const own = Array.from({ length: EXPERTS }, (_, i) => weightOf(to, 0, i));
    expect(Math.abs(own.reduce((a, w) => a + w) - 1)).toBeLessThan(1e-12);
    const parametersOf = (track: number) => {
      const from = FITTED.variances + track * FITTED_VARIANCE_WIDTH;
      return Array.from(to.fitted.slice(from, from + FITTED_VARIANCE_WIDTH));
    };
    expect(parametersOf(0)).toEqual([1, 0.5, 0.02, 0.08, 0.9]);
    expect(parametersOf(1)).toEqual([0, 0.7, 0.1, 0, 0.8]);
    const contender = (n: number, place: number) => read(to.fitted, FITTED.contenders + n * CONTENDER_WIDTH + place);
    expect(Math.abs(contender(1, CONTENDER.variance) - 16)).toBeLessThan(1e-12);
    expect(Math.abs(contender(2, CONTENDER.variance) - 36)).toBeLessThan(1e-12);
    const third = (0.9 * 0.1 + 0.1 / 30) / (0.9 * 0.2 + 0.01);
    expect(Math.abs(contender(2, CONTENDER.shapes) - third)).toBeLessThan(1e-12);
    const ownVariance = own.reduce((total, weight, i) => total + weight * read(to.bank, BANK.tracks + Math.floor(i / 3)), 0);
    expect(Math.abs(contender(0, CONTENDER.variance) / ownVariance - 1)).toBeLessThan(1e-12);
    expect(Math.abs(contender(0, CONTENDER.shapes) - 1 / 3)).toBeLessThan(1e-12);
    expect(to.fitted.slice(FITTED.transition, FITTED.transition + 27)).toEqual(
      Float64Array.from({ length: 27 }, (_, i) => i + 1),
    );
    expect(Math.abs(read(to.bank, BANK.fittedPart) - (0.28 * 16 + 0.19 * 36))).toBeLessThan(1e-12);
    expect([...feed(state, 200, 260)].every(Number.isSafeInteger)).toBe(true);
  });
});
