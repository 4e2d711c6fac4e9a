import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cash, dollarsOf, price, priceFromDollars, quantity, quantityFromShares, sharesOf, type Side } from '@aitrader/model';
import { A, at, FREE, order, sliceOf } from '../test/given-broker.ts';
import {
  borrowFee,
  feesNotKnown,
  newSimulatedBroker,
  regulatoryFee,
  restateOrders,
  simulatedBroker,
  type BrokerEvent,
} from './index.ts';

const fee = (side: Side, shares: number, dollars: number, date: string): number =>
  dollarsOf(regulatoryFee(side, quantityFromShares(shares), priceFromDollars(dollars), date));

describe('fees that are charged by law', () => {
  it('are nothing for a purchase before the audit trail had to be paid for', () => {
    expect(fee('buy', 1_000_000, 500, '2024-08-30')).toBe(0);
  });

  it('are the audit trail for a purchase, by its date', () => {
    expect(fee('buy', 1_000_000, 500, '2024-09-03')).toBe(35);
    expect(fee('buy', 1_000_000, 500, '2024-10-01')).toBe(48);
    expect(fee('buy', 100, 500, '2025-07-01')).toBe(0.00265);
  });

  it('are a rate of the proceeds and of the shares of a sale', () => {
    // 27.80 dollars a million, 0.000166 dollars a share
    expect(fee('sell', 1_000, 100, '2024-06-03')).toBeCloseTo(2.78 + 0.166, 9);
    expect(fee('sell', 1_000, 100, '2024-05-21')).toBeCloseTo(0.8 + 0.166, 9);
    // nothing under Section 31 from 2025-05-14 on, until 2026-04-04
    expect(fee('sell', 1_000, 100, '2025-06-02')).toBeCloseTo(0.166 + 0.046, 9);
    expect(fee('sell', 1_000, 100, '2026-04-06')).toBeCloseTo(2.06 + 0.195 + 0.0265, 9);
  });

  it('stop at the most that FINRA charges for a trade', () => {
    expect(fee('sell', 50_000, 1, '2023-03-01')).toBeCloseTo(0.4 + 7.25, 9);
    expect(fee('sell', 60_000, 1, '2023-03-01')).toBeCloseTo(0.48 + 7.27, 9);
  });

  it('are those of the nearest known day on one that is not known, which is told', () => {
    expect(fee('sell', 1_000, 100, '1999-06-01')).toBe(fee('sell', 1_000, 100, '2012-07-02'));
    expect(fee('sell', 1_000, 100, '2030-06-03')).toBe(fee('sell', 1_000, 100, '2026-06-03'));
    expect(['2012-06-29', '2012-07-02', '2025-12-31', '2026-01-02'].map(feesNotKnown)).toEqual([
      'before 2012-07-01',
      undefined,
      undefined,
      'after 2025-12-31',
    ]);
  });

  it('never fall as a trade grows, and are rounded up', () => {
    const dates = fc.constantFrom('2005-01-03', '2014-01-02', '2021-06-01', '2024-11-01', '2025-08-01', '2026-11-02');
    const units = fc.integer({ min: 1, max: 1e15 });
    fc.assert(
      fc.property(
        dates,
        fc.constantFrom<Side[]>('buy', 'sell'),
        units,
        units,
        fc.integer({ min: 1, max: 9_000_000 }),
        (date, side, a, b, at) => {
          const feeOf = (size: number): number => regulatoryFee(side, quantity(size), price(at), date);
          expect(feeOf(Math.min(a, b))).toBeLessThanOrEqual(feeOf(Math.max(a, b)));
          expect(feeOf(a)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
    expect(regulatoryFee('sell', quantity(1), price(1), '2024-06-03')).toBe(1);
  });
});

describe('the loan of shares that were sold short', () => {
  const loan = (from: string, to: string, rate = 0.36): number =>
    dollarsOf(borrowFee(from, to, quantityFromShares(100), priceFromDollars(50), rate));

  it('costs the rate over 360 of the value, a civil day', () => {
    expect(loan('2026-01-05', '2026-01-06')).toBe(5);
    expect(loan('2026-01-09', '2026-01-12')).toBe(15);
    expect(loan('2026-01-05', '2026-01-06', 0)).toBe(0);
  });

  it('costs as many days when the clocks change', () => {
    expect(loan('2026-03-06', '2026-03-09')).toBe(15);
    expect(loan('2026-10-30', '2026-11-02')).toBe(15);
  });

  it('is charged with the exit, of what a split made of the position', () => {
    const short = order({
      side: 'sell',
      stop: priceFromDollars(150),
      target: priceFromDollars(20),
      t: at('15:58'),
      exitAt: at('09:32', '2026-01-06'),
    });
    const state = newSimulatedBroker({ ...FREE, borrowRatePerYear: 0.36 });
    const events: BrokerEvent[] = [];
    simulatedBroker.take(state, at('15:59'), { kind: 'submit', leg: 'entry', order: short }, events);
    simulatedBroker.step(state, at('15:59'), [sliceOf(at('15:59'), { open: 100 })], events);
    const none = { payAt: at('04:00', '2026-01-06'), cash: cash(0), other: A };
    const split = {
      id: 'split',
      kind: 'split',
      symbol: A,
      exAt: at('04:00', '2026-01-06'),
      newShares: 2,
      oldShares: 1,
      ...none,
    } as const;
    restateOrders(state, at('09:31', '2026-01-06'), split, events);
    simulatedBroker.step(state, at('09:31', '2026-01-06'), [sliceOf(at('09:31', '2026-01-06'), { open: 50 })], events);
    simulatedBroker.take(state, at('09:32', '2026-01-06'), { kind: 'submit', leg: 'time', orderId: short.id }, events);
    simulatedBroker.step(
      state,
      at('09:32', '2026-01-06'),
      [sliceOf(at('09:32', '2026-01-06'), { open: 50, volume: 150 })],
      events,
    );
    simulatedBroker.step(state, at('09:33', '2026-01-06'), [sliceOf(at('09:33', '2026-01-06'), { open: 50 })], events);
    const fills = events.flatMap((event) => ('fill' in event ? [event.fill] : []));
    // 10,000 dollars for one day at 36 % of 360 days, with the first of the two fills that buy back
    expect(fills.map(({ leg, quantity: size, fee: charged }) => [leg, sharesOf(size), dollarsOf(charged)])).toEqual([
      ['entry', 100, 0],
      ['time', 150, 10],
      ['time', 50, 0],
    ]);
  });

  it('is not charged with what enters besides', () => {
    const exits = { stop: priceFromDollars(150), target: priceFromDollars(20), exitAt: at('09:32', '2026-01-06') };
    const state = newSimulatedBroker({ ...FREE, borrowRatePerYear: 0.36 });
    const events: BrokerEvent[] = [];
    const short = order({ side: 'sell', t: at('16:05'), ...exits });
    simulatedBroker.take(state, at('16:06'), { kind: 'submit', leg: 'entry', order: short }, events);
    simulatedBroker.step(state, at('16:06'), [sliceOf(at('16:06'), { open: 100, volume: 60 })], events);
    simulatedBroker.step(state, at('09:31', '2026-01-06'), [sliceOf(at('09:31', '2026-01-06'), { open: 100 })], events);
    simulatedBroker.take(state, at('09:32', '2026-01-06'), { kind: 'submit', leg: 'time', orderId: short.id }, events);
    simulatedBroker.step(state, at('09:32', '2026-01-06'), [sliceOf(at('09:32', '2026-01-06'), { open: 100 })], events);
    const fees = events.flatMap((event) => ('fill' in event ? [[event.leg, dollarsOf(event.fill.fee)]] : []));
    // 60 shares were lent over the night
    expect(fees).toEqual([
      ['entry', 0],
      ['entry', 0],
      ['time', 6],
    ]);
  });

  it('is rounded up to the cash unit', () => {
    expect(borrowFee('2026-01-05', '2026-01-06', quantityFromShares(1), price(1), 0.003)).toBe(1);
  });
});
