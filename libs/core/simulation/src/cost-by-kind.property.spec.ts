/**
 * 1. The parts sum up, to the cash unit, to what was paid beyond the price that stood; none is negative.
 * 2. An execution at another price, or with another fee, has no parts.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cash,
  COSTS_BEFORE_KEYS,
  epochMs,
  fillId,
  notional,
  orderId,
  price,
  quantity,
  signalId,
  ticker,
  type Fill,
  type SimulationConfig,
} from '@aitrader/model';
import { costByKind, type Standing } from './cost-by-kind.ts';
import { feeOf, marketPrice } from './fill-model.ts';

const bp = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 40, noNaN: true }));
const someConfig = fc
  .record({
    slippageBp: bp,
    impactBp: bp,
    feePerShareDollars: fc.constantFrom(0, 0.005, 0.0035),
    fees: fc.constantFrom('per-share' as const, 'regulatory' as const),
    borrowRatePerYear: fc.constantFrom(0, 0.03),
  })
  .map((drawn): SimulationConfig => ({
    ...COSTS_BEFORE_KEYS,
    ...{ halfSpreadBpRegular: 1, halfSpreadBpExtended: 15, participationMax: 0.1, ...drawn },
  }));
const ORDER = orderId(signalId(epochMs(Date.UTC(2025, 2, 4, 14, 59)), ticker('AAA'), 'breakout'));

/** An execution as the simulated broker prices it. */
const someExecution = fc
  .record({
    config: someConfig,
    at: fc.integer({ min: 1, max: 40_000_000 }).map(price),
    volumeShares: fc.integer({ min: 1, max: 10_000_000 }),
    halfSpreadBp: fc.oneof(fc.constant(null), bp),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    leg: fc.constantFrom('entry' as const, 'stop' as const, 'time' as const, 'target' as const),
    // whole shares, and those that a split leaves
    units: fc.oneof(
      fc.integer({ min: 1, max: 5_000 }).map((shares) => shares * 1_000_000_000),
      fc.integer({ min: 1, max: 5_000_000_000_000 }),
    ),
    loan: fc.nat(5_000_000),
  })
  .map(({ config, at, volumeShares, halfSpreadBp, side, leg, units, loan }) => {
    const size = quantity(units);
    const [t, standing] = [epochMs(Date.UTC(2025, 2, 4, 15, 0)), { at, volumeShares, halfSpreadBp } satisfies Standing];
    const paid =
      halfSpreadBp === null ? at : marketPrice(at, side, size, volumeShares, halfSpreadBp + config.slippageBp, config.impactBp);
    const carries = config.borrowRatePerYear > 0 && leg !== 'entry' && side === 'buy';
    const fee = cash(feeOf(side, size, paid, t, config) + (carries ? loan : 0));
    const fill: Fill = {
      ...{ id: fillId(ORDER, leg, 1), t, orderId: ORDER, symbol: ticker('AAA'), leg, side, quantity: size, price: paid, fee },
      ...{ kind: 'execution', amends: null, pessimistic: false },
    };
    return { config, standing, fill };
  });

describe('what an execution cost, by kind', () => {
  it('1. sums up to what was paid beyond the price that stood, with no part below 0', () => {
    fc.assert(
      fc.property(someExecution, ({ config, standing, fill }) => {
        const parts = costByKind(fill, standing, config);
        expect(parts).toBeDefined();
        const all: readonly number[] = Object.values(parts ?? {});
        expect(all.every((part) => part >= 0)).toBe(true);
        const sign = fill.side === 'buy' ? -1 : 1;
        const recorded = sign * notional(fill.price, fill.quantity) - fill.fee;
        const atNoCost = sign * notional(standing.at, fill.quantity);
        expect(all.reduce((sum, part) => sum - part, atNoCost)).toBe(recorded);
      }),
    );
  });

  it('2. is not said of an execution at another price, or with another fee', () => {
    fc.assert(
      fc.property(someExecution, fc.integer({ min: 1, max: 3 }), ({ config, standing, fill }, off) => {
        expect(costByKind({ ...fill, price: price(fill.price + off) }, standing, config)).toBeUndefined();
        expect(costByKind({ ...fill, fee: cash(fill.fee - 6_000_000 * off) }, standing, config)).toBeUndefined();
        if (config.borrowRatePerYear > 0 && fill.leg !== 'entry' && fill.side === 'buy') return;
        expect(costByKind({ ...fill, fee: cash(fill.fee + off) }, standing, config)).toBeUndefined();
      }),
    );
  });
});
