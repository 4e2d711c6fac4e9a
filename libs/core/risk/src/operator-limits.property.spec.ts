import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  item,
  limitIn,
  newControl,
  OPERATOR_LIMITS,
  PPM,
  type CommandedLimit,
  type Control,
  type OperatorLimit,
  type RiskRules,
} from '@aitrader/model';
import { eventOf, fillOf, givenRisk, LIMITS, MONDAY, type Desk } from '../test/given-risk.ts';
import { newYorkInstant } from '@aitrader/core-sessions';
import { riskStage, type RiskState } from './index.ts';

const TUESDAY = '2025-01-07';
const OPEN = 9 * 60 + 31;
const SIGNAL = { closes: { AAPL: 100 }, signals: [{ of: 'AAPL' }] } as const;

const command = (desk: Desk, ...limits: readonly CommandedLimit[]): Control =>
  newControl('limits', desk.state.t, 'ada', 'a nervous market', { limits });
const figureOf = (desk: Desk, gate: string, commands: readonly Control[] = []): object | undefined => {
  const { orders, denials } = desk.minute({ ...SIGNAL, commands });
  return item([...orders, ...denials], 0).gates.find((one) => one.gate === gate);
};

describe('limits that an operator makes smaller', () => {
  it('are what gates go by from the next interval on, until they are as configured again', () => {
    const desk = givenRisk({ openOrdersMax: 0 });
    const before = figureOf(desk, 'GROSS_NOTIONAL');
    const half = 'grossNotionalFractionMax';
    const configured = LIMITS.grossNotionalFractionMax;
    const smaller = figureOf(desk, 'GROSS_NOTIONAL', [command(desk, { limit: half, most: configured / 2 })]);
    expect(before).toMatchObject({ value: LIMITS.startingCash * configured });
    expect(smaller).toMatchObject({ value: (LIMITS.startingCash * configured) / 2 });
    expect(figureOf(desk, 'GROSS_NOTIONAL')).toEqual(smaller);
    expect(figureOf(desk, 'GROSS_NOTIONAL', [command(desk, { limit: half, most: null })])).toEqual(before);
  });

  it('let nothing in that did not come in before: more than configured is as configured', () => {
    const desk = givenRisk({ openOrdersMax: 0 });
    expect(desk.minute({ ...SIGNAL, commands: [command(desk, { limit: 'openOrdersMax', most: 5 })] })).toMatchObject({
      orders: [],
      denials: [{ gate: 'OPEN_ORDERS', limit: 0 }],
    });
  });

  it('are limits where none was configured', () => {
    const desk = givenRisk();
    const { entryLimits } = LIMITS;
    expect(entryLimits.collarFractionMax).toBeNull();
    const collar = command(desk, { limit: 'entryLimits.collarFractionMax', most: 0.01 });
    expect(figureOf(desk, 'PRICE_COLLAR', [collar])).toMatchObject({ limit: 10_000 });
  });

  it('halt an account that has lost more than that already', () => {
    const desk = givenRisk({ drawdownFractionHalt: 0.5 });
    const order = item(desk.minute(SIGNAL).orders, 0);
    desk.minute({ closes: { AAPL: 100 }, fills: [fillOf(order, 100)], events: [eventOf(order, 'entry', 'filled')] });
    expect(desk.minute({ closes: { AAPL: 90 } }).trips).toEqual([]);
    const { trips } = desk.minute({ commands: [command(desk, { limit: 'drawdownFractionHalt', most: 0.01 })] });
    const t = newYorkInstant(MONDAY, 603);
    expect(trips).toMatchObject([{ id: `drawdown.${t}.1`, value: 20_000, limit: 0.01 * PPM }]);
  });

  it('survive being stored and restored, and go over to the run after it, whatever that is configured with', () => {
    const desk = givenRisk();
    desk.minute({ commands: [command(desk, { limit: 'openOrdersMax', most: 0 }, { limit: 'kellyFraction', most: 0.2 })] });
    desk.state = deserialize(serialize(desk.state)) as RiskState;
    desk.state = riskStage.goOn({ ...LIMITS, kellyFraction: 0.1, openOrdersMax: 50 }, [desk.state], () => true);
    expect(desk.state.config).toMatchObject({ openOrdersMax: 0, kellyFraction: 0.1 });
    const denied = desk.minute({ on: TUESDAY, at: OPEN, ...SIGNAL });
    expect(denied.denials).toMatchObject([{ gate: 'OPEN_ORDERS', limit: 0 }]);
    const reset = command(desk, { limit: 'openOrdersMax', most: null });
    const { orders } = desk.minute({ on: TUESDAY, ...SIGNAL, commands: [reset] });
    expect(orders).toMatchObject([{ symbol: 'AAPL' }]);
  });

  it('are of nothing in an account of before there were any', () => {
    const { limits: _, configured: __, ...before } = givenRisk().state;
    const after = riskStage.goOn(LIMITS, [before as unknown as RiskState], () => true);
    expect([after.config, after.configured, after.limits]).toEqual([LIMITS, LIMITS, new Map()]);
  });

  it('are each the smaller of what is configured and what was commanded last, and nothing else moves', () => {
    const commands = fc.array(
      fc.record({
        limit: fc.constantFrom(...OPERATOR_LIMITS),
        most: fc.option(fc.oneof(fc.nat({ max: 100 }), fc.double({ min: 0, max: 2, noNaN: true })), { nil: null }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(commands, fc.nat({ max: 5 }), (said, every) => {
        const desk = givenRisk();
        for (let i = 0; i < said.length; i += every + 1)
          desk.minute({ commands: [command(desk, ...said.slice(i, i + every + 1))] });
        const last = new Map<OperatorLimit, number | null>(said.map(({ limit, most }) => [limit, most]));
        const expected = (limit: OperatorLimit): number | null =>
          [limitIn(LIMITS, limit), last.get(limit) ?? null].reduce((a, b) => (a === null ? b : b === null ? a : Math.min(a, b)));
        for (const limit of OPERATOR_LIMITS) expect([limit, limitIn(desk.state.config, limit)]).toEqual([limit, expected(limit)]);
        expect(frozen(desk.state.config)).toEqual(frozen(LIMITS));
        expect(desk.state.configured).toEqual(LIMITS);
      }),
    );
  });
});

/** What of the rules no operator's limit is. */
function frozen(rules: RiskRules): object {
  const names: readonly string[] = OPERATOR_LIMITS;
  const keep = (of: object, prefix: string): object =>
    Object.fromEntries(Object.entries(of).filter(([key]) => !names.includes(`${prefix}${key}`) && key !== 'perSessionPartMax'));
  return { ...keep(rules, ''), entryLimits: keep(rules.entryLimits, 'entryLimits.') };
}
