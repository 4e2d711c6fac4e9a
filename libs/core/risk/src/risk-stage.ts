/**
 * Risk: the one decision maker of an account. What a strategy believes becomes an order here, or a denial.
 *
 * 1. No bypass: every order carries the figures of all gates, in their order, and passes each of them as recorded; an operator's those of
 *    all that no belief is needed for.
 * 2. Every signal, and every order that an operator asks for, is answered once: by an order or by a denial.
 * 3. At every approval, gross exposure and reservations stay within the gross cap and within buying power.
 * 4. While halted nothing is approved, and every denial names the halt. Only a recorded resume ends one, or the next trade date where that is
 *    configured of a day's loss; runs in succession and restarts end none.
 * 5. The order in which shards and signals arrive changes nothing, nor does the number of shards.
 * 6. A state that was stored and restored goes on to decide the same.
 * 7. Cash and positions are what a fold of all fills and corporate actions from the start comes to.
 * 8. The state is bounded: an order that is final and flat is settled, and forgotten a week later.
 * 9. What is not known is refused; what cannot be throws, and the service dies rather than guess.
 */
import {
  type AccountSnapshot,
  type CorporateAction,
  type RiskDecision,
  type RiskInput,
  type RiskRules,
  type Stage,
} from '@aitrader/model';
import { isActionDue } from '@aitrader/core-market';
import { isPaymentDue } from '@aitrader/core-portfolio';
import { type CalendarCursor, momentAt } from '@aitrader/core-sessions';
import { enterRules } from './account-rules.ts';
import { enterClaims, hearClaims } from './claims.ts';
import { followActions } from './corporate-actions.ts';
import { decide } from './decision.ts';
import { countMessage } from './entry-pace.ts';
import { pointAt } from './horizon-scales.ts';
import { assertOf, RiskInvariantError } from './invariant-error.ts';
import { noteEntries, noteFills } from './later-trades.ts';
import { enterMarket, enterVenue, hearMarket } from './market-facts.ts';
import { foldReport } from './open-orders.ts';
import { goOnWithAccount, newRiskState, type RiskState } from './state.ts';
import { markPositions } from './tape.ts';
import { forecastAccount } from './told-forecast.ts';
import { enterDate, obey, snapshotAccount, watchLosses } from './trading-state.ts';

/**
 * Facts first, then the decision: the market and what was claimed of it, commands, corporate actions, fills, marks, the drawdown they make, and
 * only then the signals.
 * @throws RiskInvariantError, LedgerError or CalendarRangeError when the recording cannot be
 */
function apply(state: RiskState, input: RiskInput, emit: RiskDecision): void {
  const { t, signals, control } = input;
  enterVenue(state, input);
  enterInterval(state, input);
  if (state.account !== null && saysNothing(state, input)) {
    repeat(state, state.account, emit);
    return;
  }
  const due = enterMarket(state, t, control);
  enterClaims(state.edges, state.config, state, t, due);
  hearMarket(state, state.config.costs, input);
  hearClaims(state.edges, state.config, state, t, signals);
  considerAccount(state, input, due, emit);
}

/** Whether an interval brings nothing that anything could follow from: then all is what it was. */
function saysNothing({ agenda, ledger, calendar }: RiskState, input: RiskInput): boolean {
  const { t, bars } = input;
  if (isActionDue(agenda, t) || isPaymentDue(ledger, t) || pointAt(calendar, t) >= 0) return false;
  for (const { count, gaps } of bars) if (count > 0 || gaps.length > 0) return false;
  return asksNothing(input);
}

/** What of an interval is told or wanted of an account. */
interface Addressed extends Pick<RiskInput, 'signals' | 'control'> {
  readonly report: { readonly fills: readonly unknown[]; readonly events: readonly unknown[] };
}

function asksNothing({ signals, report, control }: Addressed): boolean {
  for (const slice of signals) if (slice.signals.length + slice.exits.length > 0) return false;
  return control.length === 0 && report.fills.length === 0 && report.events.length === 0;
}

/**
 * Whether nothing of an interval reaches the account, whatever the market did: nothing is held, wanted or told of it, and neither a trade date
 * nor a point of the day begins.
 */
export function isOutOfIt(
  { ledger, rules }: RiskState,
  calendar: CalendarCursor,
  input: Addressed & Pick<RiskInput, 't'>,
  due: readonly CorporateAction[],
): boolean {
  if (ledger.positions.size > 0 || due.length > 0 || !asksNothing(input) || isPaymentDue(ledger, input.t)) return false;
  const { session, sessionIndex } = momentAt(calendar, input.t);
  return (session === undefined || sessionIndex === rules.session) && pointAt(calendar, input.t) < 0;
}

function repeat(state: RiskState, account: AccountSnapshot, emit: RiskDecision): void {
  emit.t = state.t;
  emit.account = account;
  emit.trips = state.trips;
  emit.orders = [];
  emit.exits = [];
  emit.denials = [];
  emit.forecast = null;
}

/**
 * What an account makes of an interval that it has entered, once the market has been heard; `due`: the corporate actions that are in force
 * from it on. @throws as the stage
 */
export function considerAccount(state: RiskState, input: RiskInput, due: readonly CorporateAction[], emit: RiskDecision): void {
  if (state.account !== null && isOutOfIt(state, state.calendar, input, due)) {
    repeat(state, state.account, emit);
    return;
  }
  enterRules(state.rules, state.ledger, momentAt(state.calendar, state.t));
  enterDate(state);
  obey(state, input.control);
  followActions(state, due);
  foldReport(state.ledger, state, state.rules, input.report);
  noteFills(state.forecasts.later, input.report.fills);
  for (const { symbol } of input.report.events) countMessage(state.pace, symbol, state.t);
  markPositions(state.ledger, state.tape, state.t);
  const forecast = forecastAccount(state);
  const drawdown = watchLosses(state);
  decide(state, input.signals, input.control, emit);
  if (state.forecasts.waiting.length > 0) noteEntries(state.forecasts.later, emit.orders);
  state.account = snapshotAccount(state, drawdown);
  emit.t = state.t;
  emit.account = state.account;
  emit.trips = state.trips;
  emit.forecast = forecast;
}

/** Lets an account enter an interval: they come once and in order, and all that comes with one speaks of it. @throws RiskInvariantError */
export function enterInterval(state: RiskState, { t, signals, report, watchlist }: RiskInput): void {
  if (!(t > state.t)) throw new RiskInvariantError(`interval ${t} after interval ${state.t}`);
  assertOf(t, report);
  for (const slice of signals) assertOf(t, slice);
  if (watchlist !== null) assertOf(t, watchlist);
  state.watchlist = watchlist ?? state.watchlist;
  state.doubt = report.doubt;
  state.t = t;
}

/** The stage that hosts run: bars, signals and execution's word in, orders and denials out, once an interval. */
export const riskStage: Stage<RiskRules, RiskState, RiskInput, RiskDecision> = {
  initial: newRiskState,
  apply,
  layout: 'risk/5',
  goOn: goOnWithAccount,
};
