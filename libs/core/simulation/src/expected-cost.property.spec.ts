import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BAR_FLAG,
  cashFromDollars,
  epochMs,
  item,
  notional,
  priceFromDollars,
  quantityFromShares,
  type Fill,
  type Price,
  type SimulationConfig,
} from '@aitrader/model';
import { A, FREE, MINUTE, at, order, sliceOf, type Bar } from '../test/given-broker.ts';
import { randomFrom } from '../test/given-session.ts';
import { halfSpreadBpOf, learnCosts, newCostBook, roundTripOf, type RoundTrip, type Venture } from './expected-cost.ts';
import {
  learnSpreads,
  newSimulatedBroker,
  newSpreadBook,
  simulatedBroker,
  toldHalfSpread,
  type BrokerCommand,
  type BrokerEvent,
} from './index.ts';

const CLOSED_AT = at('10:00');
const VENTURE: Venture = { symbol: A, direction: 1, reference: priceFromDollars(100), exitAt: at('15:00') };

/** What is expected after bars that close up to 10:00. */
function expected(
  config: Partial<SimulationConfig>,
  venture: Partial<Venture> = {},
  bars: readonly Bar[] = [{ open: 100 }],
): RoundTrip {
  const costs = { ...FREE, ...config };
  const book = newCostBook(costs);
  bars.forEach((bar, i) => {
    const t = epochMs(CLOSED_AT - (bars.length - 1 - i) * MINUTE);
    learnCosts(book, costs, t, [sliceOf(t, bar)]);
  });
  return roundTripOf(book, costs, CLOSED_AT, { ...VENTURE, ...venture });
}

const takes = ({ linear, perRootShare }: RoundTrip, shares: number): number => linear + perRootShare * Math.sqrt(shares);

const FLAT = { open: 100, volume: 1_000 };
const LEFT_AT = epochMs(CLOSED_AT + 2 * MINUTE);

/** The fills of an order that enters in the minute after 10:00, at 100 dollars, and is closed in the next one. */
function roundTrip(config: Partial<SimulationConfig>, direction: 1 | -1, shares: number): Fill[] {
  const state = newSimulatedBroker({ ...FREE, ...config });
  const events: BrokerEvent[] = [];
  const off = (dollars: number): Price => priceFromDollars(100 + direction * dollars);
  const [stop, target] = [off(-2), off(2)];
  const [entered, left] = [epochMs(CLOSED_AT + MINUTE), LEFT_AT];
  const one = order({ quantity: quantityFromShares(shares), side: direction === 1 ? 'buy' : 'sell', stop, target, exitAt: left });
  simulatedBroker.take(state, entered, { kind: 'submit', leg: 'entry', order: one }, events);
  simulatedBroker.step(state, entered, [sliceOf(entered, FLAT)], events);
  simulatedBroker.take(state, left, { kind: 'submit', leg: 'time', orderId: one.id } as BrokerCommand, events);
  simulatedBroker.step(state, left, [sliceOf(left, FLAT)], events);
  return events.flatMap((event) => ('fill' in event ? [{ ...event.fill, leg: event.leg } as Fill] : []));
}

const costs = {
  halfSpreadBpRegular: fc.double({ min: 0, max: 20, noNaN: true }),
  slippageBp: fc.double({ min: 0, max: 5, noNaN: true }),
  impactBp: fc.double({ min: 0, max: 100, noNaN: true }),
  feePerShareDollars: fc.double({ min: 0, max: 0.02, noNaN: true }),
  fees: fc.constantFrom<SimulationConfig['fees']>('per-share', 'regulatory'),
};

describe('the expected cost of a round trip', () => {
  it('is what the simulated broker takes, where spread and volume stay what they were', () => {
    fc.assert(
      fc.property(
        fc.record(costs),
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom<1 | -1>(1, -1),
        (config, shares, direction) => {
          const quantity = quantityFromShares(shares);
          const fills = roundTrip(config, direction, shares);
          expect(fills.map(({ leg }) => leg)).toEqual(['entry', 'time']);
          let paid = 0;
          for (const fill of fills) paid += (fill.side === 'buy' ? 1 : -1) * notional(fill.price, fill.quantity) + fill.fee;
          const share = takes(expected(config, { direction, exitAt: LEFT_AT }, [FLAT]), shares);
          // both prices are rounded to their unit, and fees by law go by a price that the cost has moved
          const slack = notional(priceFromDollars(0.0001), quantity) + 1e-4 * share * notional(VENTURE.reference, quantity) + 20;
          expect(Math.abs(paid - share * notional(VENTURE.reference, quantity))).toBeLessThanOrEqual(slack);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('rises with everything that is charged', () => {
    const more = { halfSpreadBpRegular: 1, slippageBp: 1, impactBp: 1, feePerShareDollars: 0.01 };
    fc.assert(
      fc.property(fc.record(costs), fc.constantFrom(...Object.entries(more)), (config, [key, by]) => {
        const before = config[key as keyof typeof more];
        const [less, dearer] = [expected(config), expected({ ...config, [key]: before + by })];
        expect(takes(dearer, 100)).toBeGreaterThan(takes(less, 100));
      }),
    );
  });

  it('has both legs, each with half the spread, slippage and its fee', () => {
    const { linear, perRootShare } = expected(
      { halfSpreadBpRegular: 3, slippageBp: 2, feePerShareDollars: 0.01, impactBp: 20 },
      {},
      [{ open: 100, volume: 400 }],
    );
    expect(linear).toBeCloseTo(0.001 + 0.0002, 12);
    expect(perRootShare).toBeCloseTo((2 * 0.002) / 20, 12);
  });

  it('lends shares to who is short over a night, and to nobody else', () => {
    const config = { borrowRatePerYear: 0.36 };
    const tomorrow = { exitAt: at('09:30', '2026-01-06') };
    expect(expected(config, { ...tomorrow, direction: -1 }).linear).toBeCloseTo(0.001, 9);
    expect(expected(config, { exitAt: at('09:30', '2026-01-12'), direction: -1 }).linear).toBeCloseTo(0.007, 9);
    expect(expected(config, { direction: -1 }).linear).toBe(0);
    expect(expected(config, tomorrow).linear).toBe(0);
  });

  it('means the volume by the root of what it takes, of bars that traded and are believed', () => {
    const bars = [
      { open: 100, volume: 100 },
      { open: 100, volume: 10_000 },
      { open: 100, volume: 0 },
      { open: 100, volume: 1, flags: BAR_FLAG.PRICE_JUMP },
    ];
    expect(expected({ impactBp: 10 }, {}, bars).perRootShare).toBeCloseTo((0.002 * (0.1 + 0.01)) / 2, 12);
  });

  it('is not known where no bar told of a volume, and impact is charged', () => {
    expect(expected({ impactBp: 1 }, {}, [{ open: 100, volume: 0 }]).perRootShare).toBeNaN();
    expect(expected({ impactBp: 1 }, {}, []).perRootShare).toBeNaN();
    expect(expected({ impactBp: 0 }, {}, []).perRootShare).toBe(0);
    expect(expected({}, { reference: priceFromDollars(0) }).linear).toBeNaN();
  });

  it('takes spreads that bars tell from the very estimates that fills pay, and is the same after it was stored', () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const config: SimulationConfig = { ...FREE, spread: 'estimated', halfSpreadBpRegular: 7, impactBp: 5 };
        const random = randomFrom(seed);
        const [spreads, book] = [newSpreadBook(), newCostBook(config)];
        for (let minute = 1; minute <= 200; minute++) {
          const t = epochMs(at('09:30') + minute * MINUTE);
          const prices = Array.from({ length: 8 }, () => 100 + 0.1 * (random() - 0.5) + (random() < 0.5 ? -0.03 : 0.03));
          const bar = { open: item(prices, 0), high: Math.max(...prices), low: Math.min(...prices), volume: 1 + random() * 1e4 };
          const slice = sliceOf(t, bar);
          slice.close[0] = item(prices, 7);
          learnSpreads(spreads, config, t, [slice]);
          learnCosts(book, config, t, [slice]);
        }
        const t = at('12:51');
        const told = toldHalfSpread(spreads, config, t, A);
        expect(told.from).toBe('bars');
        expect(halfSpreadBpOf(book.spreads, config, t, A)).toBe(told.halfSpreadBp);
        const stored = deserialize(serialize(book)) as typeof book;
        expect(roundTripOf(stored, config, t, VENTURE)).toEqual(roundTripOf(book, config, t, VENTURE));
        expect(roundTripOf(book, config, t, VENTURE).linear).toBeCloseTo((2 * told.halfSpreadBp) / 1e4, 12);
      }),
      { numRuns: 10 },
    );
  });

  it('has the fees of the date, of the side that pays them', () => {
    const [long, short] = ([1, -1] as const).map((direction) => expected({ fees: 'regulatory' }, { direction }).linear);
    expect(long).toBeGreaterThan(0);
    expect(short).toBeCloseTo(long ?? NaN, 12);
    expect(cashFromDollars((long ?? NaN) * 100)).toBeLessThan(cashFromDollars(0.02));
  });
});
