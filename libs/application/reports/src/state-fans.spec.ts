import { describe, expect, it } from '@jest/globals';
import { AT, cash, epochMs, ids, price, quantity, ticker, type EpochMs, type Fill, type Ticker } from '@aitrader/model';
import { newInterval, type Interval } from '@aitrader/runtime-engine';
import { FanBook, FANS_MAX } from './state-fans.ts';

const SYN = ticker('SYN01');
const NOON = Date.UTC(2024, 6, 3, 16);
const DAY_MS = 86_400_000;
const at = (minute: number, day = 0): EpochMs => epochMs(NOON + day * DAY_MS + minute * 60_000);
/** ln 1.01, in e8: what the ends of the 95 % interval lie off the close */
const ONE_PERCENT_E8 = 995_033;

const fillOf = (t: EpochMs, symbol: Ticker, n: number): Fill => ({
  ...{ id: ids.fill(`${t}.${symbol}.${n}`), t, orderId: ids.order('o'), symbol, leg: 'entry', side: 'buy' },
  ...{ quantity: quantity(1), price: price(1), fee: cash(0), kind: 'execution', amends: null, pessimistic: false },
});

function interval(t: EpochMs, close: number, fills: number, symbol = SYN): Interval {
  const made = newInterval(1, '1m');
  const [[bars], [states]] = [made.bars, made.states];
  if (bars === undefined || states === undefined) throw new Error('an interval has a shard');
  made.t = bars.t = t;
  bars.count = 1;
  bars.symbols[0] = symbol;
  bars.close[0] = close;
  states.rows[AT.q025] = -ONE_PERCENT_E8;
  states.rows[AT.q975] = ONE_PERCENT_E8;
  made.report.fills = Array.from({ length: fills }, (_, n) => fillOf(t, symbol, n));
  return made;
}

describe('what states forecast of a symbol on a date', () => {
  it('is of the state of the bar before, and beside the close of the bar itself', () => {
    const book = new FanBook();
    for (const each of [interval(at(0), 100, 0), interval(at(1), 102, 1), interval(at(2), 101, 0)]) book.add(each);
    const [fan] = book.current();
    expect(fan).toMatchObject({ symbol: SYN, date: '2024-07-03', fills: 1, close: [100, 102, 101] });
    expect(fan?.lower[0]).toEqual([NaN, expect.closeTo(100 / 1.01, 4), expect.closeTo(102 / 1.01, 4)]);
    expect(fan?.upper[0]).toEqual([NaN, expect.closeTo(101, 4), expect.closeTo(103.02, 4)]);
  });

  it('is kept of the dates on which it was traded alone, and of so many as can be drawn, those with the most fills', () => {
    const book = new FanBook();
    for (let day = 0; day < FANS_MAX + 3; day++) book.add(interval(at(0, 7 * day), 100, day));
    const fans = book.current();
    expect(fans).toHaveLength(FANS_MAX);
    expect(fans.map(({ fills }) => fills)).toEqual(Array.from({ length: FANS_MAX }, (_, i) => i + 3));
  });
});
