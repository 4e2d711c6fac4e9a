import { priceAfter, quantity, sharesAfter, type CorporateAction, type Leg } from '@aitrader/model';
import { endEntry, report, type Bracket, type Interval } from './bracket.ts';

/*
 * Brackets over corporate actions.
 *
 * 1. An entry that has not filled is called off: it was sized, and its exits were placed, by prices that no longer stand.
 * 2. What has entered goes on: a split restates its quantity, as the account's, and its stop and target; a dividend, and a spin-off whose
 *    worth is known, lower them by as much as the price falls.
 * 3. What is held of a company whose symbol goes to another one can be traded no more.
 */

const WHY = 'corporate-action';

/** Restates a bracket of the action's symbol, before the bars of the first interval that the action is in force in. */
export function restateBracket(bracket: Bracket, action: CorporateAction, interval: Interval): void {
  const { order, held } = bracket;
  if (action.kind === 'symbol-change') bracket.order = { ...order, symbol: action.other };
  else bracket.order = { ...order, stop: priceAfter(order.stop, action), target: priceAfter(order.target, action) };
  if (bracket.mark !== undefined && action.kind !== 'symbol-change') bracket.mark = priceAfter(bracket.mark, action);
  endEntry(bracket, 'canceled', WHY, interval);
  if (action.kind === 'split') bracket.held = sharesAfter(held, action);
  if (action.kind === 'new-listing') bracket.held = quantity(0);
  if (bracket.held === held) return;
  for (const leg of WORKING[bracket.exit])
    report(bracket, leg, bracket.held > 0 ? 'replaced' : 'canceled', bracket.held, WHY, interval);
}

/** The exits at work while a bracket holds something. */
const WORKING: Readonly<Record<Bracket['exit'], readonly Leg[]>> = {
  protected: ['stop', 'target'],
  stopping: ['stop'],
  closing: ['time'],
};
