import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ticker } from '@aitrader/model';
import { newTradeMinutes, takeTrade, tradeBarsDue, type SaidTrade, type TradeBar } from './trade-minutes.ts';

const MINUTE = 60_000;
const START = Date.parse('2024-07-02T14:00:00Z');
const END = START + 3 * MINUTE;
const SYMBOLS = ['AAA', 'BBB'].map(ticker);

const someTrades: fc.Arbitrary<SaidTrade[]> = fc.uniqueArray(
  fc.record({
    symbol: fc.constantFrom(...SYMBOLS),
    t: fc.integer({ min: START, max: END - 1 }),
    price: fc.integer({ min: 9_000, max: 11_000 }).map((cents) => cents / 100),
    volume: fc.integer({ min: 1, max: 500 }),
    isPriced: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  }),
  { selector: ({ t }) => t, maxLength: 40 },
);

/** The bars of trades by their definition. */
function barsOf(trades: readonly SaidTrade[]): Omit<TradeBar, 'isUpdate'>[] {
  const bars: Omit<TradeBar, 'isUpdate'>[] = [];
  for (let close = START + MINUTE; close <= END; close += MINUTE)
    for (const symbol of SYMBOLS) {
      const all = trades.filter((trade) => trade.symbol === symbol && trade.t >= close - MINUTE && trade.t < close);
      const prices = all
        .filter(({ isPriced }) => isPriced)
        .sort((a, b) => a.t - b.t)
        .map(({ price }) => price);
      const [open = 0] = prices;
      const last = prices.at(-1) ?? 0;
      const volume = all.reduce((sum, trade) => sum + trade.volume, 0);
      if (prices.length > 0)
        bars.push({
          symbol,
          t: close as TradeBar['t'],
          open,
          high: Math.max(...prices),
          low: Math.min(...prices),
          close: last,
          volume,
        });
    }
  return bars;
}
const withoutUpdate = ({ symbol, t, open, high, low, close, volume }: TradeBar): Omit<TradeBar, 'isUpdate'> => {
  return { symbol, t, open, high, low, close, volume };
};

describe('minutes made of trades', () => {
  it('are what their trades come to, in whatever order they came', () => {
    fc.assert(
      fc.property(
        someTrades.chain((trades) => fc.tuple(fc.constant(trades), fc.shuffledSubarray(trades, { minLength: trades.length }))),
        ([trades, shuffled]) => {
          const minutes = newTradeMinutes();
          for (const trade of shuffled) expect(takeTrade(minutes, trade, END)).toBe('taken');
          expect(tradeBarsDue(minutes, END + 1_000, 800).map(withoutUpdate)).toEqual(barsOf(trades));
          expect(tradeBarsDue(minutes, END + 2_000, 800)).toEqual([]);
        },
      ),
    );
  });

  it('are given out again when late trades have changed them, and end as if none had been late', () => {
    fc.assert(
      fc.property(someTrades, fc.nat({ max: 40 }), (trades, cut) => {
        const minutes = newTradeMinutes();
        const given = new Map<string, Omit<TradeBar, 'isUpdate'>>();
        const give = (now: number): void => {
          for (const bar of tradeBarsDue(minutes, now, 800)) {
            expect(bar.isUpdate).toBe(given.has(`${bar.t} ${bar.symbol}`));
            given.set(`${bar.t} ${bar.symbol}`, withoutUpdate(bar));
          }
        };
        for (const trade of trades.slice(0, cut)) takeTrade(minutes, trade, END);
        give(END + 1_000);
        for (const trade of trades.slice(cut)) takeTrade(minutes, trade, END + 5_000);
        give(END + 6_000);
        expect([...given.values()].sort((a, b) => a.t - b.t || (a.symbol < b.symbol ? -1 : 1))).toEqual(barsOf(trades));
      }),
    );
  });

  it('are not given out before they were over for a while, and are forgotten when nothing can change them', () => {
    const minutes = newTradeMinutes();
    const trade = { symbol: ticker('AAA'), t: START + 59_999, price: 100, volume: 5, isPriced: true };
    takeTrade(minutes, trade, START + 60_000);
    expect(tradeBarsDue(minutes, START + MINUTE + 799, 800)).toEqual([]);
    expect(tradeBarsDue(minutes, START + MINUTE + 800, 800)).toHaveLength(1);
    tradeBarsDue(minutes, START + 20 * MINUTE, 800);
    expect(minutes.drafts.size).toBe(0);
  });

  it.each([
    [{ price: 0 }, 'malformed'],
    [{ price: NaN }, 'malformed'],
    [{ volume: -1 }, 'malformed'],
    [{ t: NaN }, 'malformed'],
    [{ t: START + 6_000 }, 'future'],
    [{ t: START - 17 * MINUTE }, 'too-old'],
  ] as const)('leave aside a trade with %p: %s', (wrong, taken) => {
    const trade = { symbol: ticker('AAA'), t: START, price: 100, volume: 1, isPriced: true };
    expect(takeTrade(newTradeMinutes(), { ...trade, ...wrong }, START)).toBe(taken);
  });
});
