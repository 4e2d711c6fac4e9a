import { describe, expect, it } from '@jest/globals';
import { CALIBRATED_PROBABILITY as CONFIG, epochMs, newBarSlice, newStateSlice, read, ticker } from '@aitrader/model';
import { sessionOn } from '@aitrader/core-sessions';
import { type EarlierMemory } from './carried-memory.ts';
import { FACTOR, FACTOR_WIDTH, FORECAST, FORECAST_WIDTH, type Memory, REGIME, REGIME_WIDTH, roomIn } from './memory.ts';
import { probabilityStage } from './probability-stage.ts';
import type { ProbabilityState } from './probability-state.ts';

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

/** What the layout of before had of a memory. */
function earlier(memory: Memory): EarlierMemory {
  const room = roomIn(memory);
  const { past, bank, season, filter, calibration, fitted } = memory;
  return {
    ...{ past, bank, season, filter, calibration, fitted },
    forecasts: narrowed(memory.forecasts, room, FORECAST.group),
    factors: narrowed(memory.factors, room, FACTOR.scale),
    regimes: narrowed(memory.regimes, room, REGIME.reversion),
  };
}

describe('a state of the layout before', () => {
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
