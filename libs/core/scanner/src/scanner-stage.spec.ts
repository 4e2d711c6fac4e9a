import { describe, expect, it } from '@jest/globals';
import { BAR_FLAG, STATE_FLAG, ticker, type Control, type CorporateAction, newControl } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { ScannerInvariantError } from './index.ts';
import { givenScanner, type Desk, type Print, type Prints } from '../test/given-scanner.ts';

const [FRIDAY, MONDAY, TUESDAY] = ['2025-01-03', '2025-01-06', '2025-01-07'];
const [OPENED, NINE_25, TEN, THREE, CLOSE] = [571, 565, 600, 900, 960];
const NO_WEIGHTS = { gap: 0, relativeVolume: 0, range: 0, trend: 0, uncertainty: 0 };

/** A session of regular hours in which each symbol prints at the open and at the close. */
function aDay(desk: Desk, date: string, prints: Prints, close = CLOSE): void {
  for (const minute of [OPENED, close]) desk.at(date, minute, prints);
}

describe('the figures of a list', () => {
  it('are the gap of the last price before the open, and of the open after it, over the last regular close', () => {
    const desk = givenScanner();
    aDay(desk, FRIDAY, { A: { close: 100 }, B: { close: 50 } });
    desk.at(FRIDAY, 1_000, { A: { close: 90 }, B: { close: 70 } });
    const early = desk.at(MONDAY, NINE_25, { A: { close: 102 }, B: { close: 49 } });
    expect(early).toMatchObject({ kind: 'premarket', minute: 565, symbols: ['A', 'B'], gapPpm: [20_000, -20_000] });
    desk.at(MONDAY, OPENED, { A: { open: 101, close: 103 }, B: { open: 51.5, close: 50 } });
    const later = desk.at(MONDAY, TEN, { A: { close: 104 }, B: { close: 50 } });
    expect(later).toMatchObject({ kind: 'regular', minute: 600, symbols: ['B', 'A'], gapPpm: [30_000, 10_000] });
    expect(later?.until).toBe(newYorkInstant(MONDAY, 1_200));
  });

  it('are the volume so far over its mean up to the same time of the days before', () => {
    const desk = givenScanner({ weights: { ...NO_WEIGHTS, relativeVolume: 1 } });
    for (const [date, volume] of [
      [FRIDAY, 1_000],
      [MONDAY, 3_000],
    ] as const) {
      desk.at(date, OPENED, { A: { close: 100, volume } });
      desk.at(date, TEN, { A: { close: 100, volume } });
      desk.at(date, CLOSE, { A: { close: 100, volume: 1_000_000 } });
    }
    desk.at(TUESDAY, OPENED, { A: { close: 100, volume: 5_000 } });
    expect(desk.at(TUESDAY, TEN, { A: { close: 100, volume: 3_000 } })?.relativeVolumeMilli).toEqual([2_000]);
  });

  it('are the true range so far over the last price, the velocity over its sd, and the sd of the next close', () => {
    const desk = givenScanner({ weights: { gap: 1, relativeVolume: 0, range: 1, trend: 1, uncertainty: 1 } });
    aDay(desk, FRIDAY, { A: { close: 100 } });
    desk.at(MONDAY, OPENED, { A: { close: 104, high: 108, low: 102 } });
    const list = desk.at(MONDAY, TEN, { A: { close: 105, velocity: -5_000, width: 391_992.797 } });
    const range = Math.round((8 / 105) * 1e6);
    expect(list).toMatchObject({ gapPpm: [40_000], rangePpm: [range], trendMilli: [-5_000], uncertaintyE8: [100_000] });
    expect(list?.scoreMicro).toEqual([Math.round(4e6 + range * 100 + 5e6 - 100_000)]);
  });

  it('rank equal scores by symbol, cut to the best, and keep a symbol that was listed for a little less', () => {
    const desk = givenScanner({ top: 2, stayScore: 0.6 });
    const prints = { C: { close: 100 }, A: { close: 100 }, B: { close: 100 } };
    aDay(desk, FRIDAY, prints);
    const up: Prints = { C: { close: 101 }, A: { close: 101 }, B: { close: 101 } };
    expect(desk.at(MONDAY, NINE_25, up)).toMatchObject({ symbols: ['A', 'B'], eligible: 3 });
    const moved: Prints = { C: { close: 101.5 }, A: { close: 101 }, B: { close: 101 } };
    desk.at(MONDAY, OPENED, moved);
    expect(desk.at(MONDAY, TEN, moved)?.symbols).toEqual(['A', 'B']);
    aDay(desk, TUESDAY, moved);
  });
});

describe('a symbol is not listed', () => {
  const listed = (desk: Desk, print: Print, minute = TEN): readonly string[] | undefined =>
    desk.at(MONDAY, minute, { A: print })?.symbols;
  const afterFriday = (changes = {}): Desk => {
    const desk = givenScanner(changes);
    aDay(desk, FRIDAY, { A: { close: 100 } });
    return desk;
  };

  it('when a figure that is asked for is missing, and is when nobody asks', () => {
    expect(listed(givenScanner(), { close: 101 })).toEqual([]);
    expect(listed(givenScanner({ weights: NO_WEIGHTS }), { close: 101 })).toEqual(['A']);
    expect(listed(afterFriday({ volumeDaysMin: 2, weights: { ...NO_WEIGHTS, relativeVolume: 1 } }), { close: 101 })).toEqual([]);
    const trend = { weights: { ...NO_WEIGHTS, trend: 1 } };
    expect(listed(afterFriday(trend), { close: 101 })).toEqual(['A']);
    expect(listed(afterFriday(trend), { close: 101, stateFlags: STATE_FLAG.SUSPECT })).toEqual([]);
  });

  it('when its last bar is old, suspect or of no session, or it has none today', () => {
    const desk = afterFriday();
    desk.at(MONDAY, 584, { A: { close: 101 } });
    expect(desk.at(MONDAY, TEN)?.symbols).toEqual([]);
    const fresh = afterFriday();
    fresh.at(MONDAY, 585, { A: { close: 101 } });
    expect(fresh.at(MONDAY, TEN)?.symbols).toEqual(['A']);
    expect(afterFriday().at(MONDAY, TEN)?.symbols).toEqual([]);
    const { PRICE_JUMP, WIDE_RANGE, OHLC_INCONSISTENT, OFF_SESSION } = BAR_FLAG;
    for (const flags of [PRICE_JUMP, WIDE_RANGE, OHLC_INCONSISTENT, OFF_SESSION])
      expect([flags, listed(afterFriday(), { close: 101, flags })]).toEqual([flags, []]);
  });

  it('when its price or its volume is outside the filters', () => {
    expect(listed(afterFriday({ priceMinDollars: 101.01 }), { close: 101 })).toEqual([]);
    expect(listed(afterFriday({ priceMaxDollars: 100.99 }), { close: 101 })).toEqual([]);
    expect(listed(afterFriday({ dollarVolumeMin: 20_000 }), { close: 101 })).toEqual(['A']);
    expect(listed(afterFriday({ dollarVolumeMin: 20_001 }), { close: 101 })).toEqual([]);
  });

  it('by prices that are no numbers', () => {
    for (const close of [NaN, Infinity, 0, -1]) expect(listed(afterFriday(), { close, open: close })).toEqual([]);
  });

  it('and a jump that the next bar confirms is a gap', () => {
    const desk = afterFriday();
    desk.at(MONDAY, OPENED, { A: { open: 110, close: 111, flags: BAR_FLAG.PRICE_JUMP } });
    expect(desk.at(MONDAY, TEN, { A: { open: 110.5, close: 111 } })).toMatchObject({ symbols: ['A'], gapPpm: [105_000] });
  });

  it('after a regular close that was suspect: there is nothing to measure a gap from', () => {
    const desk = givenScanner();
    desk.at(FRIDAY, OPENED, { A: { close: 100 } });
    desk.at(FRIDAY, CLOSE, { A: { close: 120, flags: BAR_FLAG.PRICE_JUMP } });
    expect(desk.at(MONDAY, TEN, { A: { close: 100 } })?.symbols).toEqual([]);
  });

  it('on a bar that was in doubt and confirmed, whose close is one all the same', () => {
    const flags = BAR_FLAG.PRICE_JUMP | BAR_FLAG.CONFIRMED;
    expect(listed(afterFriday(), { close: 101, flags })).toEqual([]);
    const desk = givenScanner();
    desk.at(FRIDAY, OPENED, { A: { close: 100 } });
    desk.at(FRIDAY, CLOSE, { A: { close: 120, flags } });
    expect(desk.at(MONDAY, TEN, { A: { open: 123, close: 123 } })).toMatchObject({ symbols: ['A'], gapPpm: [25_000] });
  });

  it('when the close before is of an earlier session than the last one', () => {
    const desk = givenScanner();
    aDay(desk, '2025-01-02', { A: { close: 100 } });
    expect(listed(desk, { close: 103 })).toEqual([]);
  });
});

describe('a split', () => {
  const split = (kind: CorporateAction['kind'], cash = 0): Control => {
    const ratio = kind === 'split' ? { newShares: 2, oldShares: 1 } : { newShares: 1, oldShares: 1 };
    const exAt = newYorkInstant(FRIDAY, 1_200);
    const [symbol] = [ticker('A')];
    const action = { id: 'a', kind, symbol, exAt, payAt: exAt, ...ratio, cash: cash as CorporateAction['cash'], other: symbol };
    return newControl('corporate-actions', exAt, 'ingest', 'test', { actions: [action] });
  };

  it('that looks like one is no gap: the symbol is not listed on its day, and its volumes begin anew', () => {
    const desk = givenScanner({ weights: { ...NO_WEIGHTS, gap: 1, relativeVolume: 1 } });
    for (const minute of [OPENED, TEN, CLOSE]) desk.at(FRIDAY, minute, { A: { close: 100 }, B: { close: 100 } });
    desk.at(MONDAY, OPENED, { A: { close: 50, flags: BAR_FLAG.SPLIT_LIKE | BAR_FLAG.PRICE_JUMP }, B: { close: 101 } });
    for (const minute of [TEN, THREE])
      expect(desk.at(MONDAY, minute, { A: { close: 51 }, B: { close: 101 } })?.symbols).toEqual(['B']);
    desk.at(MONDAY, CLOSE, { A: { close: 51 }, B: { close: 101 } });
    desk.at(TUESDAY, OPENED, { A: { close: 51 }, B: { close: 102 } });
    expect(desk.at(TUESDAY, TEN, { A: { close: 51 }, B: { close: 102 } })?.symbols).toEqual(['B', 'A']);
    expect(desk.state.dayVolumes.count).toBe(2);
  });

  it('that is told leaves the gap that there really was, and volumes of no other shares', () => {
    const desk = givenScanner();
    aDay(desk, FRIDAY, { A: { close: 100 } });
    expect(desk.at(MONDAY, NINE_25, { A: { close: 51 } }, [split('split')])?.gapPpm).toEqual([20_000]);
    expect([...desk.state.dayVolumes.values.slice(0, 3)]).toEqual([NaN, NaN, NaN]);
  });

  it('or a dividend that is told is taken off the close before, and its volumes stay', () => {
    const desk = givenScanner();
    aDay(desk, FRIDAY, { A: { close: 100 } });
    expect(desk.at(MONDAY, NINE_25, { A: { close: 99 } }, [split('cash-dividend', 1_000_000)])?.gapPpm).toEqual([0]);
    expect(desk.state.dayVolumes.values[0]).toBe(200);
  });
});

describe('means of volume', () => {
  const weights = { ...NO_WEIGHTS, relativeVolume: 1 };
  it('leave out half days', () => {
    const desk = givenScanner({ weights });
    const day = (date: string, volume: number, close = CLOSE): unknown => {
      desk.at(date, OPENED, { A: { close: 100, volume } });
      const list = desk.at(date, TEN, { A: { close: 100, volume } });
      desk.at(date, close, { A: { close: 100, volume } });
      return list?.relativeVolumeMilli;
    };
    day('2024-11-26', 1_000);
    day('2024-11-27', 1_000);
    expect(day('2024-11-29', 100, 780)).toEqual([100]);
    expect(day('2024-12-02', 2_000)).toEqual([2_000]);
    expect(desk.state.dayVolumes.count).toBe(2);
  });

  it('leave out half days of daily bars, and the first day of a run that began in its middle', () => {
    const daily = givenScanner({ weights }, '1d');
    daily.at('2024-11-27', CLOSE, { A: { close: 100, volume: 1_000 } });
    daily.at('2024-11-29', 780, { A: { close: 100, volume: 100 } });
    expect(daily.at('2024-12-02', CLOSE, { A: { close: 100, volume: 3_000 } })?.relativeVolumeMilli).toEqual([3_000]);
    const late = givenScanner({ weights });
    late.at(FRIDAY, 590, { A: { close: 100 } });
    late.at(FRIDAY, TEN, { A: { close: 100 } });
    late.at(MONDAY, OPENED, { A: { close: 100 } });
    expect(late.at(MONDAY, TEN, { A: { close: 100 } })?.symbols).toEqual([]);
  });
});

it('an interval that comes twice, and bars without their states, are no recording', () => {
  const desk = givenScanner();
  desk.at(FRIDAY, TEN, { A: { close: 100 } });
  expect(() => desk.at(FRIDAY, TEN)).toThrow(ScannerInvariantError);
});
