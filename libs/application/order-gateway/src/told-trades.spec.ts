import { describe, expect, it } from '@jest/globals';
import { cash, epochMs, ids, price, quantityFromShares, ticker, type Report } from '@aitrader/model';
import { ToldTrades, type FoundTrade } from './told-trades.ts';

const trade = { brokerId: 'b1', t: 1_000, quantity: quantityFromShares(10), price: price(1_000_000) };
const found = (id: string, source: FoundTrade['source'], more: Partial<FoundTrade> = {}): FoundTrade => ({
  ...{ id, source, ...trade, ...more },
});
const told = (id: string, more: Partial<FoundTrade> = {}): Report => {
  const { brokerId, t, quantity, price: at } = { ...trade, ...more };
  return {
    ...{ t: epochMs(t), kind: 'execution', symbol: ticker('A'), request: null, brokerId, successor: null, legs: [] },
    ...{ filled: null, open: null, word: 'fill', raw: '' },
    execution: { id: ids.fill(id), quantity, price: at, fee: cash(0), amends: null },
  };
};

/** What the stream told of, and which of the account's activities is found to be one of that. */
function matched(streamed: readonly Report[], activities: readonly FoundTrade[]): readonly (string | undefined)[] {
  const trades = new ToldTrades();
  for (const report of streamed) trades.hear(report, 'stream');
  trades.compare(activities);
  return activities.map((one) => trades.match(one)?.id);
}

describe('trades of a broker whose stream and activities call them by the same id', () => {
  it('are matched by it, and two that are alike otherwise are two', () => {
    expect(matched([told('e1')], [found('e1', 'activities'), found('e2', 'activities')])).toEqual(['e1', undefined]);
  });
});

describe('trades of a broker whose stream and activities have ids of their own', () => {
  it('are matched by order, quantity, price and time, one with one', () => {
    const activities = ['a1', 'a2', 'a3'].map((id) => found(id, 'activities', { t: 1_200 }));
    expect(matched([told('e1'), told('e2')], activities)).toEqual(['e1', 'e2', undefined]);
  });

  it.each([{ brokerId: 'b2' }, { quantity: quantityFromShares(11) }, { price: price(1) }, { t: 90_000 }])(
    'are others where they differ: %j',
    (more) => {
      expect(matched([told('e1')], [found('a1', 'activities', more)])).toEqual([undefined]);
    },
  );

  it('are known by both ids from then on, whichever came first', () => {
    const trades = new ToldTrades();
    trades.hear(told('a1'), 'activities');
    expect(trades.match(found('e1', 'stream'))?.id).toBe('a1');
    expect(trades.match(found('e1', 'stream'))?.id).toBe('a1');
    expect(trades.named('e1')).toBe(trades.named('a1'));
    // another one that the stream tells of is another one
    expect(trades.match(found('e2', 'stream'))).toBeUndefined();
  });
});
