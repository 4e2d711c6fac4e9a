/**
 * 1. Filled quantities are the sum of the executions as they finally read; an execution counts once, however often it is told.
 * 2. A refused event changes nothing.
 */
import { serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cash, epochMs, ids, newExecutionReport, price, quantity, ticker, type Leg, type Order } from '@aitrader/model';
import type { BrokerEvent } from '@aitrader/core-simulation';
import { applyBrokerEvent, isFinal, newWorkingOrder, type WorkingOrder } from './index.ts';

const T = epochMs(1_767_000_000_000);
const ORDER: Order = {
  id: ids.order('o'),
  t: T,
  symbol: ticker('A'),
  side: 'buy',
  quantity: quantity(100),
  type: 'market',
  timeInForce: 'day',
  reference: price(100),
  stop: price(90),
  target: price(110),
  exitAt: epochMs(T + 60_000),
  signalId: ids.signal('s'),
  gates: [],
};
const LEGS: readonly Leg[] = ['entry', 'stop', 'target', 'time'];

/** Any words in any order: fills share few ids, so that they are repeated and amended often. */
const someEvent: fc.Arbitrary<BrokerEvent> = fc
  .record({
    kind: fc.constantFrom<BrokerEvent['kind'][]>(
      'accepted',
      'rejected',
      'replaced',
      'triggered',
      'canceled',
      'expired',
      'unknown',
      'executed',
      'executed',
      'filled',
      'busted',
      'corrected',
    ),
    leg: fc.constantFrom(...LEGS),
    of: fc.integer({ min: 1, max: 50 }),
    left: fc.nat({ max: 50 }),
    n: fc.nat({ max: 6 }),
    amends: fc.nat({ max: 6 }),
  })
  .map(({ kind, leg, of, left, n, amends }): BrokerEvent => {
    const word = { t: T, orderId: ORDER.id, symbol: ORDER.symbol, leg, remaining: quantity(left), reason: '' };
    if (kind !== 'executed' && kind !== 'filled' && kind !== 'busted' && kind !== 'corrected') return { ...word, kind };
    const amending = kind === 'busted' ? 'bust' : kind === 'corrected' ? 'correction' : 'execution';
    return {
      ...word,
      kind,
      fill: {
        id: ids.fill(`${amending}.${leg}.${n}`),
        t: T,
        orderId: ORDER.id,
        symbol: ORDER.symbol,
        leg,
        side: leg === 'entry' ? 'buy' : 'sell',
        quantity: quantity(of),
        price: price(100),
        fee: cash(0),
        kind: amending,
        amends: amending === 'execution' ? null : ids.fill(`execution.${leg}.${amends}`),
        pessimistic: false,
      },
    };
  });
const someEvents = fc.array(someEvent, { maxLength: 60, size: 'max' });

const submitted = (): WorkingOrder => {
  const working = newWorkingOrder(ORDER);
  working.legs.entry.status = 'submitted';
  return working;
};

describe('an order at work, whatever the broker says', () => {
  it('1. has filled what its executions finally add up to, each counted once', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const working = submitted();
        const report = newExecutionReport();
        for (const event of events) {
          applyBrokerEvent(working, event, report);
          const standing = new Map<string, { leg: Leg; quantity: number }>();
          for (const fill of report.fills) {
            if (fill.kind === 'bust') standing.delete(String(fill.amends));
            else standing.set(fill.amends ?? fill.id, fill);
          }
          for (const leg of LEGS) {
            const sum = [...standing.values()].filter((fill) => fill.leg === leg).reduce((a, fill) => a + fill.quantity, 0);
            expect(working.legs[leg].filled).toBe(sum);
          }
        }
        expect(new Set(report.fills.map(({ id }) => id)).size).toBe(report.fills.length);
      }),
      { numRuns: 300 },
    );
  });

  it('1. does the same when every word is told twice', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const [once, twice] = [submitted(), submitted()];
        const [report, again] = [newExecutionReport(), newExecutionReport()];
        for (const event of events) {
          applyBrokerEvent(once, event, report);
          applyBrokerEvent(twice, event, again);
          applyBrokerEvent(twice, event, again);
        }
        expect(again).toEqual(report);
        expect(twice).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  it('2. is as it was when it refuses a word', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const working = submitted();
        const report = newExecutionReport();
        for (const event of events) {
          const before = serialize([working, report]);
          if (applyBrokerEvent(working, event, report) !== undefined)
            expect(serialize([working, report]).equals(before)).toBe(true);
        }
      }),
    );
  });

  it('has nothing open in a leg that is final', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const working = submitted();
        for (const event of events) {
          applyBrokerEvent(working, event, newExecutionReport());
          for (const leg of LEGS) if (isFinal(working.legs[leg].status)) expect(working.legs[leg].remaining).toBe(0);
        }
      }),
    );
  });
});
