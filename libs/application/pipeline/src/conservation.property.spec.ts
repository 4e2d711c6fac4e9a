import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newSliceFeed, nextInterval, syntheticMarket } from '@aitrader/core-market';
import { applyFill, newLedger } from '@aitrader/core-portfolio';
import type { Fill } from '@aitrader/model';
import { BELIEVING } from '../../../../tools/testing/believing.ts';
import { runInProcess } from '@aitrader/runtime-engine';
import { stagesOf } from '@aitrader/application-time-machine';

const CHUNK = 10_000;
const START = BELIEVING.risk.startingCash;

describe('a whole run', () => {
  it('conserves cash and positions on every fill, and its account is the fold of its fills', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const table = syntheticMarket({ seed, sessions: ['2024-07-03'] });
        const feed = newSliceFeed(table, { shards: 2 });
        const ledger = newLedger(START);
        const fills: Fill[] = [];
        const run = runInProcess(
          {
            stages: stagesOf(BELIEVING),
            shards: 2,
            timeframe: '1m',
            next: (slices) => nextInterval(feed, slices),
            watchers: [
              ({ report, decision }) => {
                for (const fill of report.fills) {
                  applyFill(ledger, fill);
                  fills.push(fill);
                  let cost = 0;
                  for (const position of ledger.positions.values()) cost += position.cost;
                  expect(ledger.cash + cost - ledger.realised + ledger.fees).toBe(START);
                }
                expect(decision.account.cash).toBe(ledger.cash);
                expect(decision.account.realised).toBe(ledger.realised);
              },
            ],
          },
          CHUNK,
        );
        while (run.next().done !== true);
        const scratch = newLedger(START);
        for (const fill of fills) applyFill(scratch, fill);
        expect(scratch.cash).toBe(ledger.cash);
        expect([...scratch.positions].map(([symbol, { quantity, cost }]) => [symbol, quantity, cost])).toEqual(
          [...ledger.positions].map(([symbol, { quantity, cost }]) => [symbol, quantity, cost]),
        );
      }),
      { numRuns: 5 },
    );
  });
});
