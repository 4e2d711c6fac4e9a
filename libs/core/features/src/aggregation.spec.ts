import { describe, expect, it } from '@jest/globals';
import { newYorkDate } from '@aitrader/core-sessions';
import { BAR_FLAG, epochMs, type Timeframe } from '@aitrader/model';
import { bar, MINUTE, rowsOf, session, sliceOf } from '../test/minute-bars.ts';
import { type Aggregation, type AggregatedBars, closeUpTo, newAggregation, updateAggregation } from './aggregation.ts';
import type { DailyHours } from './bucket-end.ts';

const DAY = session('2024-06-12');

/** Feeds a slice of one flat bar per minute that ends in (from, to], and gives what comes out. */
function minutes(aggregation: Aggregation, from: number, to: number, symbol = 'SPY'): AggregatedBars[] {
  const closed: AggregatedBars[] = [];
  for (let t = from + MINUTE; t <= to; t += MINUTE) {
    closed.push(...updateAggregation(aggregation, sliceOf(t, '1m', [bar(t, symbol, [10, 11, 9, 10])])));
  }
  return closed;
}

/** Ends of the bars of a whole session as minutes after its regular open, and how many minutes each is made of. */
function shape(date: string, to: Timeframe, hours?: DailyHours): (readonly [number, number | undefined])[] {
  const { preOpen, open, postClose } = session(date);
  const aggregation = newAggregation('1m', to, 0, hours);
  return minutes(aggregation, preOpen, postClose).map(({ t, parts }) => [(t - open) / MINUTE, parts[0]] as const);
}

describe('buckets', () => {
  it('of an hour start at 04:00, 09:30 and 16:00, and end with the phase', () => {
    expect(shape('2024-06-12', '1h')).toEqual([
      ...[-270, -210, -150, -90, -30].map((end) => [end, 60]),
      [0, 30],
      ...[60, 120, 180, 240, 300, 360].map((end) => [end, 60]),
      [390, 30],
      ...[450, 510, 570, 630].map((end) => [end, 60]),
    ]);
  });

  it('end early on a half day, where after hours starts its own at 13:00', () => {
    expect(shape('2024-07-03', '1h').slice(6)).toEqual([
      ...[60, 120, 180].map((end) => [end, 60]),
      [210, 30],
      ...[270, 330, 390, 450].map((end) => [end, 60]),
    ]);
  });

  it.each(['2024-03-08', '2024-03-11', '2024-11-01', '2024-11-04'])('are the same by New York time on %s', (date) => {
    expect(shape(date, '1h')).toEqual(shape('2024-06-12', '1h'));
    expect(shape(date, '15m')).toEqual(shape('2024-06-12', '15m'));
  });

  it('of a day are regular hours, or all three phases when asked for', () => {
    expect(shape('2024-06-12', '1d')).toEqual([[390, 390]]);
    expect(shape('2024-06-12', '1d', 'extended')).toEqual([[630, 960]]);
    expect(shape('2024-07-03', '1d')).toEqual([[210, 210]]);
  });

  it('count from the end of a session between sessions, and stop at the next one', () => {
    const aggregation = newAggregation('1m', '1h', 0);
    const closed = minutes(aggregation, DAY.postClose, DAY.postClose + 61 * MINUTE);
    expect(closed.map(({ t }) => (t - DAY.postClose) / MINUTE)).toEqual([60]);
    const next = session('2024-06-13').preOpen;
    expect(updateAggregation(aggregation, sliceOf(next, '1m', [])).map(({ t }) => t)).toEqual([
      DAY.postClose + 120 * MINUTE,
      next,
    ]);
  });
});

describe('a bar of five minutes', () => {
  const given = (): Aggregation => newAggregation('1m', '5m', 0);
  const at = (minute: number): number => DAY.open + minute * MINUTE;

  it('opens with its first minute, closes with its last, and closes when its interval does', () => {
    const aggregation = given();
    const first = bar(at(1), 'SPY', [10, 12, 9, 11], 100, BAR_FLAG.WIDE_RANGE);
    const last = bar(at(5), 'SPY', [11, 11.5, 8, 8.5], 50, BAR_FLAG.PRICE_JUMP);
    expect(updateAggregation(aggregation, sliceOf(at(1), '1m', [first]))).toEqual([]);
    const closed = updateAggregation(aggregation, sliceOf(at(5), '1m', [last]));
    expect(rowsOf(closed)).toEqual([['SPY', at(5), 10, 12, 8, 8.5, 150, BAR_FLAG.WIDE_RANGE | BAR_FLAG.PRICE_JUMP, 2]]);
    expect(closed[0]).toMatchObject({ timeframe: '5m', shard: 0, count: 1, t: at(5) });
    expect(newYorkDate(closed[0]?.t ?? epochMs(0))).toBe('2024-06-12');
  });

  it('is closed by a later slice when its last minute is missing', () => {
    const aggregation = given();
    updateAggregation(aggregation, sliceOf(at(2), '1m', [bar(at(2), 'SPY', [1, 2, 1, 2])]));
    const closed = updateAggregation(aggregation, sliceOf(at(7), '1m', [bar(at(7), 'IBM', [5, 6, 5, 6])]));
    expect(rowsOf(closed)).toEqual([['SPY', at(5), 1, 2, 1, 2, 100, 0, 1]]);
    expect(rowsOf(closeUpTo(aggregation, epochMs(at(10))))).toEqual([['IBM', at(10), 5, 6, 5, 6, 100, 0, 1]]);
  });

  it('is closed by a watermark at its end, and not before', () => {
    const aggregation = given();
    updateAggregation(aggregation, sliceOf(at(2), '1m', [bar(at(2), 'SPY', [1, 2, 1, 2])]));
    expect(closeUpTo(aggregation, epochMs(at(5) - 1))).toEqual([]);
    expect(closeUpTo(aggregation, epochMs(at(5)))).toHaveLength(1);
    expect(closeUpTo(aggregation, epochMs(at(5)))).toEqual([]);
  });

  it('is one of two slices when a slice comes late and ends its own bucket', () => {
    const aggregation = given();
    updateAggregation(aggregation, sliceOf(at(2), '1m', [bar(at(2), 'SPY', [1, 2, 1, 2])]));
    const closed = updateAggregation(aggregation, sliceOf(at(20), '1m', [bar(at(20), 'SPY', [3, 4, 3, 4])]));
    expect(closed.map(({ t }) => t)).toEqual([at(5), at(20)]);
  });

  it('is nobody’s when nobody traded: the slice is empty', () => {
    const aggregation = given();
    const [empty] = updateAggregation(aggregation, sliceOf(at(5), '1m', []));
    expect(empty).toMatchObject({ t: at(5), count: 0, symbols: [] });
  });

  it('belongs to the caller: what comes later does not change it', () => {
    const aggregation = given();
    const [first] = minutes(aggregation, at(0), at(5));
    const before = structuredClone(first);
    minutes(aggregation, at(5), at(10), 'IBM');
    expect(first).toEqual(before);
  });
});

describe('what is aggregated', () => {
  it('is passed on when it has the timeframe already, daily bars whatever their close', () => {
    const t = Date.UTC(1970, 0, 2); // outside the calendar
    const daily = updateAggregation(newAggregation('1d', '1d', 0), sliceOf(t, '1d', [bar(t, 'SPY', [1, 3, 1, 2], 7, 4)]));
    expect(rowsOf(daily)).toEqual([['SPY', t, 1, 3, 1, 2, 7, 4, 1]]);
  });

  it('may have any timeframe that is not longer', () => {
    const aggregation = newAggregation('15m', '1h', 0);
    const closed = [1, 2, 3, 4].flatMap((quarter) => {
      const t = DAY.open + quarter * 15 * MINUTE;
      return [...updateAggregation(aggregation, sliceOf(t, '15m', [bar(t, 'SPY', [1, 2, 1, 2])]))];
    });
    expect(closed.map(({ t, parts }) => [t, parts[0]])).toEqual([[DAY.open + 60 * MINUTE, 4]]);
    expect(() => newAggregation('1h', '15m', 0)).toThrow(RangeError);
  });

  it('must come in order, once, and from one shard: else nothing changes', () => {
    const aggregation = newAggregation('1m', '5m', 0);
    const t = DAY.open + MINUTE;
    const one = bar(t, 'SPY', [1, 2, 1, 2]);
    updateAggregation(aggregation, sliceOf(t, '1m', [one]));
    const before = structuredClone(aggregation);
    const later = t + MINUTE;
    const wrong = [
      sliceOf(t, '1m', [one]),
      sliceOf(t - MINUTE, '1m', [one]),
      sliceOf(later, '5m', [one]),
      { ...sliceOf(later, '1m', [one]), shard: 1 },
      sliceOf(later, '1m', [one, one]),
      sliceOf(later, '1m', [one, bar(t, 'IBM', [1, 2, 1, 2])]),
    ];
    for (const slice of wrong) expect(() => updateAggregation(aggregation, slice)).toThrow(RangeError);
    expect(() => closeUpTo(aggregation, epochMs(t - 1))).toThrow(RangeError);
    expect(aggregation).toEqual(before);
    closeUpTo(aggregation, epochMs(later));
    expect(() => updateAggregation(aggregation, sliceOf(later, '1m', [one]))).toThrow(RangeError);
  });
});
