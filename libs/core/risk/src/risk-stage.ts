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
  item,
  type AccountSnapshot,
  type BarSlice,
  type EpochMs,
  type RiskDecision,
  type RiskInput,
  type RiskRules,
  type Stage,
} from '@aitrader/model';
import { momentAt, newCalendarCursor, type Venue, venueOfFeed } from '@aitrader/core-sessions';
import { enterDataLevel } from './data-trust.ts';
import { isActionDue } from '@aitrader/core-market';
import { isPaymentDue } from '@aitrader/core-portfolio';
import { learnCosts } from '@aitrader/core-simulation';
import { enterRules } from './account-rules.ts';
import { countMessage, sessionPartOf } from './entry-pace.ts';
import { noteClaims, settleAt, settleBefore } from './claims.ts';
import { followActions } from './corporate-actions.ts';
import { decide } from './decision.ts';
import { pointAt } from './horizon-scales.ts';
import { RiskInvariantError } from './invariant-error.ts';
import { noteEntries, noteFills } from './later-trades.ts';
import { seeMarket } from './market-sight.ts';
import { foldReport } from './open-orders.ts';
import { goOnWithAccount, newRiskState, type RiskState } from './state.ts';
import { markPositions } from './tape.ts';
import { forecastAccount } from './told-forecast.ts';
import { hearVolumes } from './volumes.ts';
import { enterDate, obey, snapshotAccount, watchLosses } from './trading-state.ts';

/**
 * Facts first, then the decision: commands, corporate actions, fills, prices, the drawdown they make, and only then the signals.
 * @throws RiskInvariantError, LedgerError or CalendarRangeError when the recording cannot be
 */
function apply(state: RiskState, input: RiskInput, emit: RiskDecision): void {
  enterInterval(state, input);
  if (state.account !== null && saysNothing(state, input)) repeat(state, state.account, emit);
  else consider(state, input, emit);
}

/** Whether an interval brings nothing that anything could follow from: then the account is what it was. */
function saysNothing({ agenda, ledger, calendar }: RiskState, { t, bars, signals, report, control }: RiskInput): boolean {
  if (isActionDue(agenda, t) || isPaymentDue(ledger, t) || pointAt(calendar, t) >= 0) return false;
  for (const { count, gaps } of bars) if (count > 0 || gaps.length > 0) return false;
  for (const slice of signals) if (slice.signals.length + slice.exits.length > 0) return false;
  return control.length === 0 && report.fills.length === 0 && report.events.length === 0;
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

function consider(state: RiskState, input: RiskInput, emit: RiskDecision): void {
  const moment = momentAt(state.calendar, state.t);
  enterRules(state.rules, state.ledger, moment);
  enterDate(state);
  obey(state, input.control);
  followActions(state);
  enterDataLevel(state.data, state.t);
  foldReport(state.ledger, state, state.rules, input.report);
  noteFills(state.forecasts.later, input.report.fills);
  for (const { symbol } of input.report.events) countMessage(state.pace, symbol, state.t);
  learnCosts(state.costs, state.config.costs, state.t, input.bars);
  settleBefore(state.edges, state.config.edge, state);
  seeMarket(state, state.t, input.bars, input.states);
  settleAt(state.edges, state.config.edge, state);
  hearMarket(state, input.bars, moment.sessionIndex);
  markPositions(state.ledger, state.tape, state.t);
  const forecast = forecastAccount(state);
  const drawdown = watchLosses(state);
  decide(state, input.signals, input.control, emit);
  if (state.config.edge !== null) noteClaims(state.edges, state, sessionPartOf(state), input.signals);
  if (state.forecasts.waiting.length > 0) noteEntries(state.forecasts.later, emit.orders);
  state.account = snapshotAccount(state, drawdown);
  emit.t = state.t;
  emit.account = state.account;
  emit.trips = state.trips;
  emit.forecast = forecast;
}

/** Volumes, what is halted, and when all of it was known. */
function hearMarket(state: RiskState, bars: readonly BarSlice[], sessionIndex: number): void {
  state.knownAt = state.t;
  for (const slice of bars) {
    hearVolumes(state.volumes, state.tape.index, slice, sessionIndex);
    state.knownAt = Math.max(state.knownAt, slice.knownAt);
    if (state.halted.size > 0) for (let i = 0; i < slice.count; i++) state.halted.delete(item(slice.symbols, i));
    for (const { symbol, cause } of slice.gaps) if (cause === 'halted') state.halted.add(symbol);
  }
}

/** Intervals come once and in order, and all that comes with one speaks of it. */
function enterInterval(state: RiskState, { t, bars, states, signals, report, watchlist }: RiskInput): void {
  if (!(t > state.t)) throw new RiskInvariantError(`interval ${t} after interval ${state.t}`);
  assertOf(t, report);
  for (const slice of bars) assertOf(t, slice);
  enterMarket(state, bars);
  for (const slice of states) assertOf(t, slice);
  for (const slice of signals) assertOf(t, slice);
  if (watchlist !== null) assertOf(t, watchlist);
  state.watchlist = watchlist ?? state.watchlist;
  state.doubt = report.doubt;
  state.t = t;
}

/** The bars of an interval are of one timeframe and one venue: a night feed is never mixed into the day's. */
function enterMarket(state: RiskState, bars: readonly BarSlice[]): void {
  let venue: Venue | undefined;
  for (const { timeframe, feed } of bars) {
    if (timeframe !== bars[0]?.timeframe) throw new RiskInvariantError(`bars of ${timeframe} beside others`);
    state.timeframe = timeframe;
    if (feed === '') continue;
    const of = venueOfFeed(feed);
    if (venue !== undefined && venue !== of) throw new RiskInvariantError(`bars of ${feed} beside those of another venue`);
    venue = of;
  }
  if (venue !== undefined && venue !== state.calendar.venue) state.calendar = newCalendarCursor(venue);
}

function assertOf(t: EpochMs, part: { readonly t: EpochMs }): void {
  if (part.t !== t) throw new RiskInvariantError(`interval ${t} came with a part of interval ${part.t}`);
}

/** The stage that hosts run: bars, signals and execution's word in, orders and denials out, once an interval. */
export const riskStage: Stage<RiskRules, RiskState, RiskInput, RiskDecision> = {
  initial: newRiskState,
  apply,
  layout: 'risk/5',
  goOn: goOnWithAccount,
};
