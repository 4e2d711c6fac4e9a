import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type TradingSession, sessionsBetween } from '@aitrader/core-sessions';
import { type BarSlice, compareText, epochMs, MINUTES_OF, type Timeframe } from '@aitrader/model';
import { MINUTE, type MinuteBar, minuteBars, rowsOf, slicesOf } from '../test/minute-bars.ts';
import { type AggregatedBars, type BarsToAggregate, closeUpTo, newAggregation, updateAggregation } from './aggregation.ts';
import type { DailyHours } from './bucket-end.ts';

const LONGER: readonly Timeframe[] = ['5m', '15m', '1h', '1d'];
const timeframe = fc.constantFrom(...LONGER);
const hours = fc.constantFrom<DailyHours>('regular', 'extended');
const SESSIONS = sessionsBetween('2024-03-01', '2024-12-31');
const THE_END = epochMs(Date.UTC(2024, 11, 30));

/** All that an aggregation gives out for a stream that ends. */
function aggregated(from: Timeframe, to: Timeframe, slices: readonly BarsToAggregate[], of?: DailyHours): AggregatedBars[] {
  const aggregation = newAggregation(from, to, 0, of);
  const closed = slices.flatMap((slice) => [...updateAggregation(aggregation, slice)]);
  return [...closed, ...closeUpTo(aggregation, THE_END)];
}

/** The last session that began before an instant. */
const sessionAt = (t: number): TradingSession | undefined => SESSIONS.findLast(({ preOpen }) => preOpen < t);

/** The end of a minute bar's bucket, counted out from the calendar's sessions; undefined when it is left out. */
function endOf(t: number, to: Timeframe, of: DailyHours): number | undefined {
  const last = sessionAt(t);
  const next = SESSIONS.find(({ preOpen }) => preOpen >= t);
  if (last === undefined || next === undefined) throw new Error('outside the sessions of the test');
  const bounds = [last.preOpen, last.open, last.close, last.postClose, next.preOpen];
  const phase = bounds.findIndex((bound, i) => t > bound && t <= (bounds[i + 1] ?? Infinity));
  const until = bounds[phase + 1] ?? NaN;
  if (to === '1d') {
    if (of === 'extended') return phase === 3 ? undefined : last.postClose;
    return phase === 1 ? until : undefined;
  }
  let end = bounds[phase] ?? NaN;
  while (end < t) end += MINUTES_OF[to] * MINUTE;
  return Math.min(end, until);
}

/** Every bucket's bar from its minutes at once. */
function bruteForce(bars: readonly MinuteBar[], to: Timeframe, of: DailyHours): (readonly [string, ...number[]])[] {
  const ended = bars.flatMap((one) => {
    const end = endOf(one.t, to, of);
    return end === undefined ? [] : [{ end, one }];
  });
  const buckets = Map.groupBy(ended, ({ end, one }) => `${end} ${one.symbol}`);
  return [...buckets.values()]
    .map((members) => {
      const parts = members.map(({ one }) => one);
      const [first, last] = [parts[0], parts.at(-1)];
      const high = Math.max(...parts.map((one) => one.high));
      const low = Math.min(...parts.map((one) => one.low));
      const volume = parts.reduce((sum, one) => sum + one.volume, 0);
      const flags = parts.reduce((all, one) => all | one.flags, 0);
      const figures = [members[0]?.end ?? NaN, first?.open ?? NaN, high, low, last?.close ?? NaN, volume, flags, parts.length];
      return [first?.symbol ?? '', ...figures] as const;
    })
    .sort((a, b) => (a[1] ?? 0) - (b[1] ?? 0) || compareText(a[0], b[0]));
}

describe('aggregation', () => {
  it('1. makes of every bucket what its minutes make, on clock changes and half days as well', () => {
    fc.assert(
      fc.property(minuteBars, timeframe, hours, (bars, to, of) => {
        expect(rowsOf(aggregated('1m', to, slicesOf(bars), of))).toEqual(bruteForce(bars, to, of));
      }),
      { numRuns: 300 },
    );
  });

  it('1. loses no volume and no bar', () => {
    fc.assert(
      fc.property(minuteBars, fc.constantFrom<Timeframe>('5m', '15m', '1h'), (bars, to) => {
        const rows = rowsOf(aggregated('1m', to, slicesOf(bars)));
        const total = (column: number): number => rows.reduce((sum, row) => sum + Number(row[column]), 0);
        expect([total(6), total(8)]).toEqual([bars.reduce((sum, { volume }) => sum + volume, 0), bars.length]);
      }),
    );
  });

  it('2. gives a bar out once, in order, and never before a slice or a watermark at its close', () => {
    fc.assert(
      fc.property(minuteBars, timeframe, hours, (bars, to, of) => {
        const aggregation = newAggregation('1m', to, 0, of);
        const ends: number[] = [];
        for (const slice of slicesOf(bars)) {
          const closed = updateAggregation(aggregation, slice);
          expect(closed.length).toBeLessThanOrEqual(2);
          expect(closed.every(({ t }) => t <= slice.t)).toBe(true);
          expect(closed.every(({ symbols }) => symbols.every((symbol, i) => i === 0 || (symbols[i - 1] ?? '') < symbol))).toBe(
            true,
          );
          ends.push(...closed.map(({ t }) => t));
        }
        expect(ends.every((end, i) => i === 0 || (ends[i - 1] ?? NaN) < end)).toBe(true);
      }),
    );
  });

  it('2. gives out what is over at a watermark, and the same bars wherever watermarks and empty slices come', () => {
    fc.assert(
      fc.property(minuteBars, timeframe, hours, fc.array(fc.nat(120), { maxLength: 20 }), (bars, to, of, marks) => {
        const slices = slicesOf(bars);
        const aggregation = newAggregation('1m', to, 0, of);
        const closed = slices.flatMap((slice, i) => {
          const mark = marks[i % Math.max(1, marks.length)] ?? 0;
          const at = epochMs(Math.min(slice.t + mark * MINUTE, (slices[i + 1]?.t ?? Infinity) - 1, THE_END));
          const before = [...updateAggregation(aggregation, slice)];
          const empty = { ...slice, t: at, count: 0, symbols: [] };
          const later = at > slice.t && mark % 2 === 0 ? updateAggregation(aggregation, empty) : closeUpTo(aggregation, at);
          expect(aggregation.until <= at).toBe(false);
          return [...before, ...later];
        });
        closed.push(...closeUpTo(aggregation, THE_END));
        expect(rowsOf(closed)).toEqual(rowsOf(aggregated('1m', to, slices, of)));
      }),
    );
  });

  it('3. of what was aggregated is the same as aggregation at once, to the byte', () => {
    fc.assert(
      fc.property(minuteBars, fc.subarray([...LONGER], { minLength: 2 }), hours, (bars, steps, of) => {
        const slices = slicesOf(bars);
        let from: Timeframe = '1m';
        let stepwise: readonly BarsToAggregate[] = slices;
        let last: readonly AggregatedBars[] = [];
        for (const to of steps) {
          last = aggregated(from, to, stepwise, of);
          stepwise = last;
          from = to;
        }
        expect(serialize(last).equals(serialize(aggregated('1m', from, slices, of)))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('4. gives a symbol what it would give it alone', () => {
    fc.assert(
      fc.property(minuteBars, timeframe, hours, (bars, to, of) => {
        const together = rowsOf(aggregated('1m', to, slicesOf(bars), of));
        for (const symbol of new Set(bars.map((one) => one.symbol))) {
          const alone = rowsOf(aggregated('1m', to, slicesOf(bars.filter((one) => one.symbol === symbol)), of));
          expect(together.filter(([name]) => name === symbol)).toEqual(alone);
        }
      }),
    );
  });

  it('goes on from a snapshot at any slice to the same bytes', () => {
    fc.assert(
      fc.property(minuteBars, timeframe, hours, fc.constantFrom(structuredClone, copyBySerialising), (bars, to, of, copy) => {
        const slices = slicesOf(bars);
        const whole = aggregated('1m', to, slices, of);
        let aggregation = newAggregation('1m', to, 0, of);
        const closed = slices.flatMap((slice: BarSlice) => {
          aggregation = copy(aggregation);
          return [...updateAggregation(aggregation, slice)];
        });
        closed.push(...closeUpTo(copy(aggregation), THE_END));
        expect(serialize(closed).equals(serialize(whole))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

function copyBySerialising<T>(state: T): T {
  return deserialize(serialize(state));
}
