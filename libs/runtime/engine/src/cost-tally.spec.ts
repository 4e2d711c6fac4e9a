import { describe, expect, it } from '@jest/globals';
import {
  cash,
  epochMs,
  ids,
  newExecutionReport,
  price,
  quantityFromShares,
  spreadNote,
  ticker,
  unknownFeesNote,
  type ExecutionReport,
  type Fill,
} from '@aitrader/model';
import { newCostTally } from './cost-tally.ts';

const T = epochMs(1_767_000_000_000);
const told = (halfSpreadBp: number, pairs: number): string => spreadNote({ halfSpreadBp, from: 'bars', pairs });

/** A report of one fill, and what its event says. */
function reportOf(symbol: string, reason: string, more: Partial<Fill> = {}): ExecutionReport {
  const about = { t: T, orderId: ids.order('o'), symbol: ticker(symbol), leg: 'entry' as const };
  const size = quantityFromShares(1);
  const fill: Fill = {
    ...about,
    id: ids.fill('f'),
    side: 'buy',
    quantity: size,
    price: price(1),
    fee: cash(0),
    kind: 'execution',
    amends: null,
    pessimistic: false,
    ...more,
  };
  return {
    ...newExecutionReport(),
    t: T,
    fills: [fill],
    events: [{ ...about, kind: 'filled', remaining: quantityFromShares(0), reason }],
  };
}

describe('what the fills of a run cost', () => {
  it('is nothing before there are any', () => {
    expect(newCostTally().current()).toEqual({
      pessimisticFills: 0,
      pessimisticShare: 0,
      fees: 0,
      feesNotKnownFills: 0,
      spreads: [],
    });
  });

  it('counts what is an assumption', () => {
    const tally = newCostTally();
    tally.add(reportOf('A', '', { pessimistic: true, fee: cash(1_500_000) }));
    tally.add(reportOf('A', 'gap', { fee: cash(250_000) }));
    tally.add(reportOf('A', unknownFeesNote('after 2025-12-31')));
    tally.add(reportOf('A', `${told(2, 100)}; ${unknownFeesNote('after 2025-12-31')}`));
    expect(tally.current()).toMatchObject({ pessimisticFills: 1, pessimisticShare: 0.25, fees: 1.75, feesNotKnownFills: 2 });
  });

  it('is half the spread of each symbol, as its events say', () => {
    const tally = newCostTally();
    tally.add(reportOf('NVR', spreadNote({ halfSpreadBp: 1, from: 'configured', pairs: 40 })));
    tally.add(reportOf('NVR', told(6, 300)));
    tally.add(reportOf('NVR', told(5, 400)));
    tally.add(reportOf('EXE', told(1.5, 900)));
    expect(tally.current().spreads).toEqual([
      { symbol: 'EXE', fills: 1, configured: 0, meanBp: 1.5, leastBp: 1.5, greatestBp: 1.5, pairs: 900 },
      { symbol: 'NVR', fills: 3, configured: 1, meanBp: 4, leastBp: 1, greatestBp: 6, pairs: 400 },
    ]);
  });
});
