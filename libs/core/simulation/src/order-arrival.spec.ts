import { describe, expect, it } from '@jest/globals';
import { newBarSlice, type Timeframe } from '@aitrader/model';
import { at, FREE } from '../test/given-broker.ts';
import { beginOf, hasArrived } from './index.ts';

const bars = (timeframe: Timeframe) => [newBarSlice(0, timeframe, 1)];

describe('when an order is at the market', () => {
  it('is told by when bars begin', () => {
    expect(beginOf(at('10:01'), '1m')).toBe(at('10:00'));
    expect(beginOf(at('10:15'), '15m')).toBe(at('10:00'));
    expect(beginOf(at('16:00'), '1d')).toBe(at('09:30'));
    // of a half day, and of a day that opened late
    expect(beginOf(at('13:00', '2025-11-28'), '1d')).toBe(at('09:30', '2025-11-28'));
    expect(beginOf(at('16:00', '2002-09-11'), '1d')).toBe(at('12:00', '2002-09-11'));
  });

  it('is any interval behind it without latency, also where the one before closed later in the day', () => {
    expect(hasArrived(at('10:00'), at('10:00'), bars('1m'), FREE)).toBe(false);
    expect(hasArrived(at('10:00'), at('10:01'), bars('1m'), FREE)).toBe(true);
    // an order that came off the grid meets the bar that it came in the midst of
    expect(hasArrived(at('10:00'), at('10:01'), bars('15m'), FREE)).toBe(true);
    expect(hasArrived(at('16:00', '2025-07-02'), at('13:00', '2025-07-03'), bars('1d'), FREE)).toBe(true);
  });

  it('is a bar that begins so much later with latency', () => {
    const slow = { ...FREE, latencyMs: 60_000 };
    expect(hasArrived(at('10:00'), at('10:01'), bars('1m'), slow)).toBe(false);
    expect(hasArrived(at('10:00'), at('10:02'), bars('1m'), slow)).toBe(true);
    expect(hasArrived(at('16:00', '2025-07-02'), at('13:00', '2025-07-03'), bars('1d'), slow)).toBe(true);
  });
});
