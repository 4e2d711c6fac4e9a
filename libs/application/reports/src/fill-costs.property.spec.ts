/**
 * 1. Of each fill, the parts and the price at no cost come to the cash that it moved, to the unit: of a run, to the cash that risk saw in the end.
 * 2. A fill at another price than the configured costs come to is counted as not known, and so is every fill at a broker.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runInMemory } from '@aitrader/application-pipeline';
import { syntheticMarket, type BarTable } from '@aitrader/core-market';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  cash,
  item,
  notional,
  price,
  priceAfter,
  type CorporateAction,
  type Order,
  type RunConfig,
  type SimulationConfig,
} from '@aitrader/model';
import { PAPER_EXCHANGE } from '@aitrader/runtime-configuration';
import type { Interval } from '@aitrader/runtime-engine';
import { BELIEVING } from '../../../../tools/testing/believing.ts';
import { dailyConfig, dailyMarket } from '../../../../tools/testing/daily-market.ts';
import { FillCosts } from './fill-costs.ts';

const RUNS = 6;
/** Held for weeks: what is entered is left by all three legs. */
const DAILY = dailyConfig(20_000);
const DAYS = dailyMarket().table;

interface Costed {
  readonly costs: FillCosts;
  readonly orders: readonly Order[];
  /** that risk saw at the end, cash units */
  readonly cash: number;
}

/** A run with its fills' costs, as a report follows them; `seen` is what the report is shown of an interval. */
async function costed(
  table: BarTable,
  config: RunConfig,
  actions: readonly CorporateAction[] = [],
  seen = (interval: Interval): Pick<Interval, 'bars' | 'report'> => interval,
): Promise<Costed> {
  const costs = new FillCosts(config);
  const orders: Order[] = [];
  let end: number = config.risk.startingCash;
  const watch = (interval: Interval): void => {
    for (const action of actions.filter(({ exAt }) => exAt < interval.t && !done.has(exAt))) {
      done.add(action.exAt);
      costs.acted(action);
    }
    costs.filled(seen(interval));
    interval.decision.orders.forEach((order) => costs.decided(order));
    orders.push(...interval.decision.orders);
    end = interval.decision.account.cash;
  };
  const done = new Set<number>();
  await runInMemory({ table, config, shards: 2, actions, watchers: [watch] });
  return { costs, orders, cash: end };
}

const bp = fc.double({ min: 0, max: 20, noNaN: true });
const someCosts: fc.Arbitrary<Partial<SimulationConfig>> = fc.record({
  ...{ spread: fc.constantFrom('fixed' as const, 'estimated' as const), halfSpreadBpRegular: bp, halfSpreadFloorBp: bp },
  ...{ slippageBp: bp, impactBp: bp, participationMax: fc.constantFrom(0.0005, 0.1, 1) },
  ...{ feePerShareDollars: fc.constantFrom(0, 0.005), fees: fc.constantFrom('per-share' as const, 'regulatory' as const) },
  ...{ latencyMs: fc.constantFrom(0, 250), borrowRatePerYear: fc.constantFrom(0, 0.05) },
});
const charging = (config: RunConfig, costs: Partial<SimulationConfig>): RunConfig => ({
  ...config,
  simulation: { ...config.simulation, ...costs },
});

function expectExact({ costs, cash: end }: Costed, { risk }: RunConfig): number {
  let sum: number = risk.startingCash;
  for (const { fill, at, parts } of costs.fills()) {
    expect({ fill, parts }).not.toMatchObject({ parts: null });
    const sign = fill.side === 'buy' ? -1 : 1;
    sum += sign * notional(price(at ?? 0), fill.quantity);
    for (const part of Object.values<number>({ ...parts })) sum -= part;
  }
  expect(sum).toBe(end);
  expect(costs.current().notKnown).toEqual({ fills: 0, fees: 0, why: [] });
  return costs.fills().length;
}

describe('what the fills of a run cost, by kind', () => {
  it('1. comes to the cash that the run ends with, over minutes and over years, whatever is charged', async () => {
    let fills = 0;
    const run = fc.asyncProperty(someCosts, fc.nat({ max: 99 }), async (charged, seed) => {
      const minutes = syntheticMarket({ seed, sessions: ['2024-07-02', '2024-07-03'] });
      const [intraday, daily] = [charging(BELIEVING, charged), charging(DAILY, charged)];
      fills += expectExact(await costed(minutes, intraday), intraday);
      fills += expectExact(await costed(DAYS, daily), daily);
    });
    await fc.assert(run, { numRuns: RUNS, endOnFailure: true });
    expect(fills).toBeGreaterThan(50 * RUNS);
  });

  describe('over a corporate action', () => {
    // while an order is held that is stopped out on 2023-08-31
    const exAt = newYorkInstant('2023-08-25', 0);
    const symbol = item(DAYS.symbols, 1);
    const of = { id: 'spec.1', symbol, other: symbol, exAt, payAt: exAt } as const;

    it.each([
      ['a split', { ...of, kind: 'split', newShares: 501, oldShares: 500, cash: cash(0) } as const],
      ['a dividend', { ...of, kind: 'cash-dividend', newShares: 1, oldShares: 1, cash: cash(100_000) } as const],
    ])('1. goes by the stop that %s restated', async (_, action) => {
      const { costs, orders } = await costed(DAYS, charging(DAILY, { halfSpreadBpRegular: 3, impactBp: 10 }), [action]);
      expect(costs.current().notKnown.fills).toBe(0);
      const stopped = costs.fills().find(({ fill: { leg, symbol: its, t } }) => leg === 'stop' && its === symbol && t > exAt);
      const order = orders.find(({ id }) => id === stopped?.fill.orderId);
      expect([order?.t ?? Infinity, stopped?.at]).toEqual([expect.any(Number), order && priceAfter(order.stop, action)]);
      expect(order?.t).toBeLessThan(exAt);
      expect(stopped?.at).not.toBe(order?.stop);
    });
  });

  describe('where nothing says what it was', () => {
    let plain: Costed;
    beforeAll(async () => {
      plain = await costed(DAYS, DAILY);
    });

    it('2. is not told of fills at another price, or at a broker with a market of its own', async () => {
      const { fills } = plain.costs.current();
      const dearer = (interval: Interval): Pick<Interval, 'bars' | 'report'> => {
        const moved = interval.report.fills.map((fill) => ({ ...fill, price: price(fill.price + 1) }));
        return { bars: interval.bars, report: { ...interval.report, fills: moved } };
      };
      const otherwise = (await costed(DAYS, DAILY, [], dearer)).costs.current();
      expect(otherwise).toMatchObject({
        fills: 0,
        spread: 0,
        notKnown: { fills, why: [expect.stringContaining('do not come to')] },
      });
      const atBroker = new FillCosts({ ...DAILY, broker: PAPER_EXCHANGE });
      await runInMemory({ table: DAYS, config: DAILY, shards: 2, watchers: [(interval) => atBroker.filled(interval)] });
      expect(atBroker.current()).toMatchObject({
        fills: 0,
        notKnown: { fills, why: [expect.stringContaining('market of its own')] },
      });
    });
  });
});
