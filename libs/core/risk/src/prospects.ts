/*
 * What each signal of an interval is worth, from its belief to its share of the account. Each figure is at most the one before it.
 *
 * 1. `edge`: what its claim is worth by what such claims have come to, less what both legs cost whatever their size.
 * 2. `alone`: Kelly's stake on that, for an impact that grows with it, less for an edge that may be wrong, a turbulent regime or a model
 *    that does not hold what it claims.
 * 3. `netted`: what is left of that where strategies want the same symbol.
 * 4. `allocated`: what is left beside all other signals and what is held, none of them beyond the caps of a symbol and an order.
 *
 * Signals that some gate refuses, whatever their size, take nothing from the other ones: they are looked at as if they came alone.
 */
import { PPM, REGIMES, item, notional, quantityFromShares, type RiskConfig, type Signal, type SignalId } from '@aitrader/model';
import { equityOf } from '@aitrader/core-portfolio';
import { roundTripOf, type RoundTrip } from '@aitrader/core-simulation';
import { allocate, stakeInCompany, type Candidate, type Company } from './allocation.ts';
import { addExposure, newExposure, type Exposure } from './correlation.ts';
import { edgeOf } from './claims.ts';
import { sessionPartOf } from './entry-pace.ts';
import { volatilityOf } from './innovations.ts';
import { netStakes } from './netting.ts';
import { reckonedExit } from './session.ts';
import { bestStake, netBelief, trustIn, type NetBelief } from './stake.ts';
import type { RiskState } from './state.ts';
import { worstAmountsOf } from './worst-case.ts';

/** What a signal is worth: its edge as a log return, and stakes as shares of equity; NaN where that cannot be told. */
export interface Prospect {
  readonly edge: number;
  readonly alone: number;
  readonly netted: number;
  readonly allocated: number;
}

/** By the ids of signals. */
export type Prospects = ReadonlyMap<SignalId, Prospect>;

const ONE_SHARE = quantityFromShares(1);
const UNKNOWN: RoundTrip = { linear: NaN, perRootShare: NaN };

/** Signals in the order in which they are to be served, the best first; `stands` of those that nothing but their size could be refused for. O(signals). */
export function prospectsOf(state: RiskState, signals: readonly Signal[], stands: readonly boolean[]): Prospects {
  const [company, cap] = [companyOf(state), capOf(state)];
  const found = new Map<SignalId, Prospect>();
  const note = ({ signal, belief, candidate: { alone } }: Alone, netted: number, beside: number): void => {
    // at the cap nothing was taken off for the others
    const allocated = beside >= Math.min(netted, cap) ? netted : beside;
    found.set(signal.id, { edge: belief.edge, alone, netted, allocated });
  };
  const [together, apart]: [Alone[], Alone[]] = [[], []];
  signals.forEach((signal, i) => {
    const alone = aloneOf(state, signal);
    (alone.candidate.alone > 0 && stands[i] === true ? together : apart).push(alone);
  });
  for (const one of apart) {
    const { alone } = one.candidate;
    note(one, alone, alone > 0 ? stakeInCompany({ ...one.candidate, alone: Math.min(alone, cap) }, company) : alone);
  }
  const netted = netStakes(together.map(({ signal, candidate }) => ({ ...signal, stake: candidate.alone })));
  const capped = together.map(({ candidate }, i) => ({ ...candidate, alone: Math.min(item(netted, i), cap) }));
  const allocated = allocate(capped, company);
  together.forEach((one, i) => note(one, item(netted, i), item(allocated, i)));
  return found;
}

/** A signal, and what it is worth alone. */
interface Alone {
  readonly signal: Signal;
  readonly belief: NetBelief;
  readonly candidate: Candidate;
}

function aloneOf(state: RiskState, signal: Signal): Alone {
  const { config, costs, t, ledger, innovations } = state;
  const exitAt = reckonedExit(state, signal);
  const isPriced = Number.isSafeInteger(signal.reference) && signal.reference > 0;
  const { linear, perRootShare } = isPriced ? roundTripOf(costs, config.costs, t, { ...signal, exitAt }) : UNKNOWN;
  const belief = netBelief(
    signal.forward,
    signal.direction,
    linear,
    edgeOf(state.edges, config.edge, signal, sessionPartOf(state)),
  );
  const trust = trustIn(belief, config.edgeError) * budgetOf(config, signal);
  const perShare = isPriced ? notional(signal.reference, ONE_SHARE) : NaN;
  const cost = perRootShare * Math.sqrt(equityOf(ledger) / perShare);
  const { edge, sd } = belief;
  const alone = trust * bestStake(edge, (sd * sd) / config.kellyFraction, cost);
  const slot = innovations.index.slots.get(signal.symbol) ?? -1;
  const horizon = sd / signal.volatilityE8;
  return { signal, belief, candidate: { slot, direction: signal.direction, edge, sd, horizon, cost, trust, alone } };
}

/** The most that a symbol, and an order, may come to, as a share of equity: more is not reckoned with beside the others. */
function capOf({ config, ledger }: RiskState): number {
  return Math.min(config.symbolNotionalFractionMax, config.orderNotionalMax / equityOf(ledger));
}

/** Share of the stake that the regime and the calibration leave; NaN when either is not known. */
function budgetOf({ regimeBudget, coverage95Full, poorCalibrationBudget }: RiskConfig, signal: Signal): number {
  const regime = REGIMES[signal.regime];
  const shortfall = coverage95Full * PPM - signal.coverage95Ppm;
  const held = shortfall <= 0 ? 1 : shortfall > 0 ? 0 : NaN;
  const trust = poorCalibrationBudget + (1 - poorCalibrationBudget) * held;
  return regime === undefined ? NaN : regimeBudget[regime] * trust;
}

const companyOf = (state: RiskState): Company => ({
  innovations: state.innovations,
  correlations: state.correlations,
  book: exposureOf(state),
  kellyFraction: state.config.kellyFraction,
});

/** What is held or may come to be, as shares of equity, in e8 per square root of a trading minute. O(positions + open orders). */
function exposureOf(state: RiskState): Exposure {
  const { innovations, correlations } = state;
  const equity = equityOf(state.ledger);
  const book = newExposure();
  for (const [symbol, amount] of worstAmountsOf(state)) {
    const slot = innovations.index.slots.get(symbol) ?? -1;
    addExposure(book, correlations, innovations, slot, (amount / equity) * volatilityOf(innovations, slot));
  }
  return book;
}
