import { describe, expect, it } from '@jest/globals';
import { BAR_FLAG, epochMs, ticker, type BarSlice } from '@aitrader/model';
import { barsOf } from '../test/given-risk.ts';
import { hearBars, lastClose, minutesSinceClose, newTape, type Tape } from './tape.ts';

const AAPL = ticker('AAPL');
const minute = (n: number) => epochMs(1_736_175_600_000 + n * 60_000);

/** A tape that has heard these closes of AAPL, one a minute; a second figure is the flags of the bar. */
function givenCloses(...closes: (readonly [close: number, flags?: number])[]): Tape {
  const tape = newTape();
  closes.forEach(([close, flags = 0], n) => hearBars(tape, flagged(barsOf(minute(n), 0, 1, { AAPL: close }), flags), -1));
  return tape;
}
function flagged(bars: BarSlice, flags: number): BarSlice {
  bars.flags.fill(flags);
  return bars;
}
const { PRICE_JUMP, SPLIT_LIKE, WIDE_RANGE, OHLC_INCONSISTENT, LONG_GAP, OFF_SESSION, OFF_CALENDAR, ZERO_VOLUME } = BAR_FLAG;

describe('the tape', () => {
  it('knows nothing of a symbol that it never heard', () => {
    expect(lastClose(newTape(), AAPL)).toBeNaN();
    expect(minutesSinceClose(newTape(), AAPL, minute(0))).toBeNaN();
  });

  it('believes a close at once, whatever is odd about its time or volume', () => {
    const tape = givenCloses([100], [101.5, LONG_GAP | OFF_SESSION | OFF_CALENDAR | ZERO_VOLUME]);
    expect(lastClose(tape, AAPL)).toBe(1_015_000);
    expect(minutesSinceClose(tape, AAPL, minute(4))).toBe(3);
  });

  it('does not believe a suspect close, and forgets it when the next bar comes back', () => {
    for (const flag of [PRICE_JUMP, SPLIT_LIKE, WIDE_RANGE, OHLC_INCONSISTENT]) {
      expect(lastClose(givenCloses([100], [150, flag]), AAPL)).toBe(1_000_000);
      // coming back is a jump as well
      expect(lastClose(givenCloses([100], [150, flag], [101, PRICE_JUMP]), AAPL)).toBe(1_010_000);
    }
  });

  it('believes a new level that the next bar confirms, and goes on from there', () => {
    const crash = [[100], [50, PRICE_JUMP], [48, PRICE_JUMP]] as const;
    expect(lastClose(givenCloses(...crash), AAPL)).toBe(480_000);
    expect(lastClose(givenCloses(...crash, [47, PRICE_JUMP]), AAPL)).toBe(470_000);
    expect(lastClose(givenCloses([100], [50, PRICE_JUMP], [50]), AAPL)).toBe(500_000);
  });

  it('does not let two different misprints confirm one another', () => {
    expect(lastClose(givenCloses([100], [150, PRICE_JUMP], [20, PRICE_JUMP]), AAPL)).toBe(1_000_000);
  });

  it('does not count an unbelieved bar as news', () => {
    expect(minutesSinceClose(givenCloses([100], [150, PRICE_JUMP]), AAPL, minute(1))).toBe(1);
  });

  it('waits for a second bar when the first ever is suspect', () => {
    expect(lastClose(givenCloses([100, WIDE_RANGE]), AAPL)).toBeNaN();
    expect(lastClose(givenCloses([100, WIDE_RANGE], [101, WIDE_RANGE]), AAPL)).toBe(1_010_000);
  });

  it('never believes what is no price', () => {
    for (const none of [NaN, 0, -1, Infinity]) {
      expect(lastClose(givenCloses([100], [none]), AAPL)).toBe(1_000_000);
      expect(lastClose(givenCloses([none, PRICE_JUMP], [none, PRICE_JUMP]), AAPL)).toBeNaN();
    }
  });

  it('has room for as many symbols as come', () => {
    const closes = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`S${i}`, i + 1]));
    const tape = newTape();
    hearBars(tape, barsOf(minute(0), 0, 1, closes), -1);
    hearBars(tape, barsOf(minute(1), 0, 1, { S7: 9 }), -1);
    expect(Object.keys(closes).map((symbol) => lastClose(tape, ticker(symbol)))).toEqual(
      Object.entries(closes).map(([symbol, close]) => (symbol === 'S7' ? 9 : close) * 10_000),
    );
  });
});
