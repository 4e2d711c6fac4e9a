/*
 * Many accounts over one market, of which each would come to know the same: what no account has a hand in is taken in once for all of them.
 *
 * 1. An account decides what it would decide alone.
 * 2. Accounts have the market in common where trading costs them the same, and the claims where in addition they hear the same signals and go by
 *    the same rules of them.
 * 3. An interval is heard before any account decides it.
 */
import type { CorporateAction, RiskDecision, RiskInput, RiskRules, SignalSlice, SimulationConfig } from '@aitrader/model';
import { enterClaims, hearClaims, newEdgeLedger, type ClaimRules, type EdgeLedger } from './claims.ts';
import { enterMarket, enterVenue, hearMarket, type MarketFacts, type MarketInput } from './market-facts.ts';
import { considerAccount, enterInterval, isOutOfIt } from './risk-stage.ts';
import { newRiskState, type RiskState } from './state.ts';

/** A market as risk knows it; not plain data, since accounts hold parts of it. */
export interface SharedMarket {
  readonly costs: SimulationConfig;
  readonly facts: MarketFacts;
  /** corporate actions that are in force from the interval on that was heard last */
  due: readonly CorporateAction[];
}

/** What some strategies claimed of a market, and what that came to. */
export interface SharedClaims {
  readonly rules: ClaimRules;
  readonly edges: EdgeLedger;
  /** what they say in the interval that is heard, one slice per shard */
  signals: readonly SignalSlice[];
}

/** A market that nothing was heard of, by what trading in it costs. @throws RangeError */
export const newSharedMarket = (rules: RiskRules): SharedMarket => ({ costs: rules.costs, facts: newRiskState(rules), due: [] });

/** Claims that nothing was heard of. */
export const newSharedClaims = (rules: ClaimRules): SharedClaims => ({ rules, edges: newEdgeLedger(), signals: [] });

/** Hears an interval for all accounts, with all that is claimed in it. @throws RiskInvariantError, CalendarRangeError */
export function hearTogether(market: SharedMarket, input: MarketInput, all: readonly SharedClaims[]): void {
  const { facts, costs } = market;
  const { t } = input;
  enterVenue(facts, input);
  market.due = enterMarket(facts, t, input.control);
  for (const { edges, rules } of all) enterClaims(edges, rules, facts, t, market.due);
  hearMarket(facts, costs, input);
  for (const { edges, rules, signals } of all) hearClaims(edges, rules, facts, t, signals);
}

/** An account that has decided nothing, over a market and claims that it shares. */
export const newAccountBeside = (market: SharedMarket, { edges }: SharedClaims, rules: RiskRules): RiskState => ({
  ...newRiskState(rules),
  ...partsThatStay(market.facts),
  edges,
});

/** Decides an interval that has bars for one of these accounts, as risk does, once it was heard. @throws as the stage */
export function decideBeside(market: SharedMarket, state: RiskState, input: RiskInput, emit: RiskDecision): void {
  const { calendar, timeframe, knownAt } = market.facts;
  state.calendar = calendar;
  state.timeframe = timeframe;
  state.knownAt = knownAt;
  enterInterval(state, input);
  considerAccount(state, input, market.due, emit);
}

/**
 * Whether an interval that was heard leaves such an account, and all that could be told of it, as they are: nothing is held, ordered or wanted, and
 * neither a trade date nor a point of the day begins. Then neither execution nor risk has anything to do in it.
 */
export const isLeftAlone = (
  market: SharedMarket,
  state: RiskState,
  { t, control }: MarketInput,
  signals: readonly SignalSlice[],
): boolean =>
  state.account !== null &&
  state.orders.size === 0 &&
  isOutOfIt(state, market.facts.calendar, { t, signals, control, report: SILENCE }, market.due);

const SILENCE = { fills: [], events: [] };

/** The parts that stay the same objects as the market goes on. */
function partsThatStay({ tape, costs, innovations, correlations, scales, agenda, volumes, halted, data }: MarketFacts) {
  return { tape, costs, innovations, correlations, scales, agenda, volumes, halted, data };
}
