/*
 * What risk knows of the market, whatever its account.
 *
 * 1. It follows from bars, states and commands alone, and from what trading is reckoned to cost.
 * 2. It is whole before anything of an account is looked at in an interval.
 */
import { item, type Control, type CorporateAction, type EpochMs, type RiskInput, type SimulationConfig } from '@aitrader/model';
import { actionsDue, hearActions, symbolsOf } from '@aitrader/core-market';
import { momentAt, newCalendarCursor, type Venue, venueOfFeed } from '@aitrader/core-sessions';
import { learnCosts } from '@aitrader/core-simulation';
import { enterDataLevel, hearDataLevel } from './data-trust.ts';
import { assertOf, RiskInvariantError } from './invariant-error.ts';
import { followActionInSight, seeMarket } from './market-sight.ts';
import type { RiskState } from './state.ts';
import { forgetVolumes, hearVolumes } from './volumes.ts';

/** The parts of risk's state that no account has a hand in. */
export type MarketFacts = Pick<
  RiskState,
  | 'calendar'
  | 'tape'
  | 'costs'
  | 'innovations'
  | 'correlations'
  | 'scales'
  | 'agenda'
  | 'timeframe'
  | 'volumes'
  | 'halted'
  | 'knownAt'
  | 'data'
>;

/** What an interval says of the market. */
export type MarketInput = Pick<RiskInput, 't' | 'bars' | 'states' | 'control'>;

/** The bars of an interval are of one timeframe and one venue: a night feed is never mixed into the day's. @throws RiskInvariantError */
export function enterVenue(facts: MarketFacts, { t, bars, states }: MarketInput): void {
  for (const slice of bars) assertOf(t, slice);
  for (const slice of states) assertOf(t, slice);
  let venue: Venue | undefined;
  for (const { timeframe, feed } of bars) {
    if (timeframe !== bars[0]?.timeframe) throw new RiskInvariantError(`bars of ${timeframe} beside others`);
    facts.timeframe = timeframe;
    if (feed === '') continue;
    const of = venueOfFeed(feed);
    if (venue !== undefined && venue !== of) throw new RiskInvariantError(`bars of ${feed} beside those of another venue`);
    venue = of;
  }
  if (venue !== undefined && venue !== facts.calendar.venue) facts.calendar = newCalendarCursor(venue);
}

/** Enters an interval before its bars: what was told of data and companies is heard, and actions that are in force from it on are followed, and said. */
export function enterMarket(facts: MarketFacts, t: EpochMs, control: readonly Control[]): readonly CorporateAction[] {
  for (const command of control) {
    if (command.kind === 'data-level') hearDataLevel(facts.data, command);
    else if (command.kind === 'corporate-actions') hearActions(facts.agenda, command);
  }
  const due = actionsDue(facts.agenda, t);
  for (const action of due) {
    followActionInSight(facts, action);
    for (const symbol of symbolsOf(action)) forgetVolumes(facts.volumes, facts.tape.index, symbol);
  }
  enterDataLevel(facts.data, t);
  return due;
}

/** Hears the bars of an interval and the states on them: costs, prices, how far they move, volumes, and what is halted. O(bars). @throws CalendarRangeError */
export function hearMarket(facts: MarketFacts, costs: SimulationConfig, { t, bars, states }: MarketInput): void {
  learnCosts(facts.costs, costs, t, bars);
  seeMarket(facts, t, bars, states);
  const { sessionIndex } = momentAt(facts.calendar, t);
  facts.knownAt = t;
  for (const slice of bars) {
    hearVolumes(facts.volumes, facts.tape.index, slice, sessionIndex);
    facts.knownAt = Math.max(facts.knownAt, slice.knownAt);
    if (facts.halted.size > 0) for (let i = 0; i < slice.count; i++) facts.halted.delete(item(slice.symbols, i));
    for (const { symbol, cause } of slice.gaps) if (cause === 'halted') facts.halted.add(symbol);
  }
}
