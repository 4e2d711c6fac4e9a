import { tightened, type RiskRules } from '@aitrader/model';
import type { RiskState } from './state.ts';

/** What restricts entries beyond the rules: halts that stand, and limits that operators have made smaller. */
export type OwnRestrictions = Pick<RiskState, 'trips' | 'tripped' | 'limits'>;

/** Those of a state. */
export const ownRestrictionsOf = ({ trips, tripped, limits }: RiskState): OwnRestrictions => ({ trips, tripped, limits });

/**
 * A state that knows the account and the market of another one, and goes by rules and restrictions of its own: what it decides next is what these
 * rules would make of that very account. The parts are those of the other one, which must not be used on.
 */
export const underOtherRules = (known: RiskState, rules: RiskRules, own: OwnRestrictions): RiskState => ({
  ...known,
  ...own,
  configured: rules,
  config: tightened(rules, own.limits),
});
