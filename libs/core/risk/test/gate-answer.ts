/** Asks one gate. For specs only. */
import { sharesOf, type GateFigure, type GateUnit, type RiskRules } from '@aitrader/model';
import { givenRisk, type Belief, type Desk, type Minute } from './given-risk.ts';

/** What risk says to one signal for AAPL at 100 dollars: shares approved, and the figure of the gate asked about. */
export function answer(
  gate: string,
  desk: Desk,
  belief: Partial<Belief> = {},
  minute: Minute = { closes: { AAPL: 100 } },
): unknown {
  const { orders, denials } = desk.minute({ ...minute, signals: [{ of: 'AAPL', ...belief }] });
  const [order, denial] = [orders[0], denials[0]];
  if (order === undefined) return denial?.gate === gate ? { refused: [denial.value, denial.limit, denial.unit] } : denial;
  const figure = order.gates.find((one: GateFigure) => one.gate === gate);
  return { passed: [figure?.value, figure?.limit, figure?.unit], shares: sharesOf(order.quantity) };
}
/** The answer of a gate that left so many shares. */
export const passes = (value: number, limit: number, unit: GateUnit, shares: number): unknown => ({
  passed: [value, limit, unit],
  shares,
});
/** The answer of a gate that refused. */
export const refuses = (value: number, limit: number, unit: GateUnit): unknown => ({ refused: [value, limit, unit] });
/** A desk with some limits of its own. */
export const given = (limits: Partial<RiskRules> = {}): Desk => givenRisk(limits);
