/**
 * Halts against a reference of a few lines, over random paths of the equity, commands and dates:
 * 1. they latch at their limits and nowhere else, each under one id, until what ends them;
 * 2. nothing is approved while one stands, and every denial names the first that does;
 * 3. storing and restoring at any interval, and a run that follows at any date, change nothing.
 */
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item, type ControlKind, type RiskDecision, type RiskRules } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { eventOf, fillOf, givenRisk, LIMITS } from '../test/given-risk.ts';
import { riskStage, type RiskState } from './index.ts';

const DATES = ['2025-01-06', '2025-01-07', '2025-01-08'];
const MINUTES = 8;
const START = 10 * 60;
/** shares held of AAPL all the time: at 100 dollars a fifth of the account */
const HELD = 200;

interface Step {
  readonly moveBp: number;
  readonly command: ControlKind | null;
}
const someStep: fc.Arbitrary<Step> = fc.record({
  moveBp: fc.integer({ min: -400, max: 400 }),
  command: fc.option(fc.constantFrom<ControlKind>('halt', 'reduce-only', 'flatten', 'resume'), { freq: 8 }),
});
const somePath = fc.array(someStep, { minLength: DATES.length * MINUTES, maxLength: DATES.length * MINUTES });
const someLimits = fc.record({
  drawdownFractionHalt: fc.constantFrom(0.01, 0.02, 0.05),
  dailyLossFractionHalt: fc.constantFrom(0.005, 0.01, 0.02, null),
  dailyLossUntil: fc.constantFrom('resume' as const, 'next-date' as const),
});
type Limits = Pick<RiskRules, 'drawdownFractionHalt' | 'dailyLossFractionHalt' | 'dailyLossUntil'>;

const instantOf = (n: number): number => newYorkInstant(item(DATES, Math.floor(n / MINUTES)), START + 2 + (n % MINUTES));
const closesOf = (path: readonly Step[]): number[] => {
  let close = 100;
  return path.map(({ moveBp }) => (close = Math.round(close * (10_000 + moveBp)) / 10_000));
};

/** The ids of the halts that stand at each step, in words of equity alone. */
function reference(path: readonly Step[], limits: Limits): string[][] {
  let [peak, dayStart, before, n, standing] = [100_000, 100_000, 100_000, 0, [] as string[]];
  const trip = (kind: string, t: number): void => {
    if (!standing.some((id) => id.startsWith(`${kind}.`))) standing = [...standing, `${kind}.${t}.${(n += 1)}`];
  };
  const reached = (start: number, equity: number, limit: number | null): boolean =>
    limit !== null && Math.ceil(((start - equity) / start) * 1e6 - 1e-4) >= Math.round(limit * 1e6);
  return closesOf(path).map((close, i) => {
    const [t, isNewDate, command] = [instantOf(i), i > 0 && i % MINUTES === 0, item(path, i).command];
    if (isNewDate) dayStart = before;
    if (isNewDate && limits.dailyLossUntil === 'next-date') standing = standing.filter((id) => !id.startsWith('daily-loss'));
    if (command === 'resume') {
      if (standing.some((id) => id.startsWith('drawdown'))) peak = before;
      if (standing.some((id) => id.startsWith('daily-loss'))) dayStart = before;
      standing = [];
    } else if (command !== null) trip(command, t);
    const equity = 100_000 + HELD * (close - 100);
    peak = Math.max(peak, equity);
    if (reached(peak, equity, limits.drawdownFractionHalt)) trip('drawdown', t);
    if (reached(dayStart, equity, limits.dailyLossFractionHalt)) trip('daily-loss', t);
    before = equity;
    return standing;
  });
}

type Between = (state: RiskState, n: number, limits: RiskRules) => RiskState;

/** What risk decides along the path, with a signal in IBM at every step. */
function played(path: readonly Step[], limits: Limits, between: Between = (state) => state): RiskDecision[] {
  const rules = { ...LIMITS, ...limits, orderNotionalMax: LIMITS.orderNotionalMax };
  const desk = givenRisk(rules);
  const order = item(desk.minute({ closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] }).orders, 0);
  desk.minute({ closes: { AAPL: 100 }, fills: [fillOf(order, 100)], events: [eventOf(order, 'entry', 'filled')] });
  return closesOf(path).map((close, n) => {
    const { command } = item(path, n);
    desk.state = between(desk.state, n, rules);
    // an order of IBM that was approved is called off at once: the path is that of AAPL alone
    const { orders } = last;
    const events = orders.map((one) => eventOf(one, 'entry', 'canceled'));
    last = desk.minute({
      on: item(DATES, Math.floor(n / MINUTES)),
      at: START + 2 + (n % MINUTES),
      closes: { AAPL: close, IBM: 100 },
      signals: [{ of: 'IBM' }],
      commands: command === null ? [] : [command],
      events,
    });
    return last;
  });
}
let last: Pick<RiskDecision, 'orders'> & RiskDecision = { ...({} as RiskDecision), orders: [] };

describe('halts, whatever the equity does', () => {
  it('1. and 2. stand and are named as the reference has it', () => {
    let tripped = 0;
    fc.assert(
      fc.property(somePath, someLimits, (path, limits) => {
        last = { ...last, orders: [] };
        const expected = reference(path, limits);
        played(path, limits).forEach(({ trips, orders, denials, account }, n) => {
          const ids = item(expected, n);
          expect(trips.map(({ id }) => id)).toEqual(ids);
          expect(account.tradingState).toBe(ids.length === 0 ? 'active' : 'halted');
          expect(orders.length).toBe(ids.length === 0 ? 1 : 0);
          for (const { gate, trip } of denials) expect([gate, trip]).toEqual(['TRADING_STATE', ids[0]]);
          tripped += ids.length;
        });
      }),
      { numRuns: 150 },
    );
    expect(tripped).toBeGreaterThan(500);
  });

  it('3. are the same over any restart and any run that follows', () => {
    const restored: Between = (state) => deserialize(serialize(state)) as RiskState;
    const followed: Between = (state, n, limits) => (n % MINUTES === 0 ? riskStage.goOn(limits, [state], () => true) : state);
    fc.assert(
      fc.property(somePath, someLimits, fc.constantFrom(restored, followed), (path, limits, between) => {
        last = { ...last, orders: [] };
        const straight = JSON.stringify(played(path, limits));
        last = { ...last, orders: [] };
        expect(JSON.stringify(played(path, limits, between))).toBe(straight);
      }),
      { numRuns: 40 },
    );
  });
});
