import { ln, pow } from '@aitrader/core-numeric';
import { symbolsOf } from '@aitrader/core-market';
import { momentAt, SESSION_MINUTES, type CalendarCursor, type Moment } from '@aitrader/core-sessions';
import {
  E8,
  PRICE_UNITS_PER_DOLLAR,
  compareText,
  findSlot,
  read,
  type CorporateAction,
  type EdgeConfig,
  type EpochMs,
  type RiskConfig,
  type SessionPart,
  type Signal,
  type SignalSlice,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import {
  cellOf,
  edgeIn,
  fade,
  learnClaim,
  newStrategyEdge,
  priorOf,
  weightBeside,
  type Edge,
  type StrategyEdge,
} from './edge-ledger.ts';
import { sessionPartOf } from './entry-pace.ts';
import type { Tape } from './tape.ts';

/*
 * Claims that wait for their horizon's end, traded or not.
 *
 * 1. A claim is held against the last believed close at or before its end, once; in the evening and at night none ends. Corporate actions of its symbol drop it.
 * 2. It is bounded: so many claims wait, and later ones are not scored.
 */

/** What a signal claimed. Plain data. */
export interface Claim {
  readonly strategy: string;
  readonly symbol: Ticker;
  /** the minute of regular hours that its horizon ends at */
  readonly due: number;
  /** the close it was raised on, 1e-4 dollar */
  readonly reference: number;
  /** in standard deviations of its law, and that in e8 */
  readonly claim: number;
  readonly sd: number;
  readonly cell: number;
  readonly weight: number;
}

/** Plain data. */
export interface EdgeLedger {
  readonly strategies: Map<string, StrategyEdge>;
  /** in the order of their ends */
  claims: Claim[];
  /** the session that evidence has faded up to; −1 before the first */
  session: number;
}

export const newEdgeLedger = (): EdgeLedger => ({ strategies: new Map(), claims: [], session: -1 });

const CLAIMS_MAX = 20_000;
/** Minutes of regular hours to a session, of which a horizon of daily bars has whole ones. */
const REGULAR_MINUTES = 390;

/** What claims are held against. */
interface Market {
  readonly calendar: CalendarCursor;
  readonly tape: Tape;
  readonly timeframe: Timeframe;
}

/** What of the rules claims go by. */
export type ClaimRules = Pick<RiskConfig, 'edge' | 'entryLimits'>;

/** Enters an interval before its bars: claims of what an action restated are dropped, and those that were due are scored. */
export function enterClaims(
  ledger: EdgeLedger,
  { edge }: ClaimRules,
  market: Market,
  t: EpochMs,
  due: readonly CorporateAction[],
): void {
  for (const action of due) for (const symbol of symbolsOf(action)) dropClaims(ledger, symbol);
  settleBefore(ledger, edge, market, t);
}

/** Takes in an interval whose bars the market has heard: scores what is due with them, and notes what its signals claim. */
export function hearClaims(
  ledger: EdgeLedger,
  rules: ClaimRules,
  market: Market,
  t: EpochMs,
  signals: readonly SignalSlice[],
): void {
  settleAt(ledger, rules.edge, market, t);
  if (rules.edge !== null) noteClaims(ledger, market, t, rules, signals);
}

/** Scores what is due before the bars of an interval are heard, and lets evidence fade at a new session; without a configuration drops what waits. */
function settleBefore(ledger: EdgeLedger, config: EdgeConfig | null | undefined, { calendar, tape }: Market, t: EpochMs): void {
  if (config === null) {
    // where claims are believed nobody holds them against anything, and what a run before left of them would be by a later price
    if (ledger.claims.length > 0) ledger.claims = [];
    return;
  }
  const { phase, regularMinute, sessionIndex } = momentAt(calendar, t);
  settle(ledger, config, tape, regularMinute, phase !== 'RTH');
  if (phase === 'RTH' && sessionIndex !== ledger.session) {
    const sessions = ledger.session < 0 ? 0 : sessionIndex - ledger.session;
    if (sessions > 0)
      for (const edge of ledger.strategies.values()) fade(edge, pow(0.5, sessions / (config?.halfLifeSessions ?? NaN)));
    ledger.session = sessionIndex;
  }
}

/** Scores what is due with the bars of an interval, once they are heard. */
function settleAt(ledger: EdgeLedger, config: EdgeConfig | null | undefined, { calendar, tape }: Market, t: EpochMs): void {
  if (ledger.claims.length === 0) return;
  const { phase, regularMinute } = momentAt(calendar, t);
  if (phase === 'RTH') settle(ledger, config, tape, regularMinute, true);
}

/** Scores what is due before a minute, or at it, too. */
function settle(
  { strategies, claims }: EdgeLedger,
  config: EdgeConfig | null | undefined,
  tape: Tape,
  minute: number,
  isAtIt: boolean,
): void {
  // most intervals settle nothing
  const next = claims[0];
  if (next === undefined || !isDue(next.due, minute, isAtIt)) return;
  const kept = pow(0.5, 1 / (config?.halfLifeOutcomes ?? NaN));
  let settled = 0;
  for (const { strategy, symbol, due, reference, claim, sd, cell, weight } of claims) {
    if (!isDue(due, minute, isAtIt)) break;
    settled++;
    const slot = findSlot(tape.index, symbol, 0);
    const close = slot < 0 ? 0 : read(tape.close, slot) * PRICE_UNITS_PER_DOLLAR;
    if (!(close > 0)) continue;
    const edge = strategies.get(strategy) ?? newStrategyEdge();
    strategies.set(strategy, edge);
    learnClaim(edge, cell, { claim, outcome: (E8 * ln(close / reference)) / sd, weight }, kept);
  }
  claims.splice(0, settled);
}

const isDue = (due: number, minute: number, isAtIt: boolean): boolean => due < minute || (isAtIt && due === minute);

/** Takes down what the signals of an interval claim, in canonical order whatever shards they came from. */
function noteClaims(
  ledger: EdgeLedger,
  { calendar, timeframe }: Market,
  t: EpochMs,
  config: Pick<RiskConfig, 'entryLimits'>,
  slices: readonly SignalSlice[],
): void {
  // most intervals have none
  let spoken = 0;
  for (const slice of slices) spoken += slice.signals.length;
  if (spoken === 0) return;
  const signals = slices.flatMap((slice) => slice.signals).filter(isClaim);
  if (signals.length === 0) return;
  signals.sort((a, b) => compareText(a.id, b.id));
  const [part, moment] = [sessionPartOf({ calendar, t, config }), momentAt(calendar, t)];
  const weights = weightsOf(ledger, signals);
  for (const signal of signals) {
    if (ledger.claims.length >= CLAIMS_MAX) return;
    insert(ledger.claims, claimOf(signal, moment, timeframe, cellOf(signal.regime, part), weights.get(signal.strategy) ?? 1));
  }
}

/** Claims that say something, and can be held against a price. */
const isClaim = ({ reference, horizonMinutes, forward: { meanE8, sdE8 } }: Signal): boolean =>
  isPositive(reference) && isPositive(horizonMinutes) && isPositive(sdE8) && Number.isFinite(meanE8) && meanE8 !== 0;
const isPositive = (value: number): boolean => value > 0 && value < Infinity;

/** By strategy, what each of its claims of this interval tells beside the others and those that wait. */
function weightsOf({ claims }: EdgeLedger, signals: readonly Signal[]): ReadonlyMap<string, number> {
  const open = new Map<string, number>();
  for (const ones of [claims, signals]) for (const { strategy } of ones) open.set(strategy, (open.get(strategy) ?? 0) + 1);
  return new Map([...open].map(([strategy, count]) => [strategy, weightBeside(count - 1)]));
}

function claimOf(
  { strategy, symbol, reference, horizonMinutes, forward }: Signal,
  { regularMinute }: Moment,
  timeframe: Timeframe,
  cell: number,
  weight: number,
): Claim {
  const minutes = timeframe === '1d' ? Math.round(horizonMinutes / SESSION_MINUTES) * REGULAR_MINUTES : horizonMinutes;
  const due = regularMinute + minutes;
  return { strategy, symbol, due, reference, claim: forward.meanE8 / forward.sdE8, sd: forward.sdE8, cell, weight };
}

/** Puts a claim behind all that are due with it or before. O(log claims) where horizons are alike */
function insert(claims: Claim[], claim: Claim): void {
  let at = claims.length;
  while (at > 0 && (claims[at - 1]?.due ?? -Infinity) > claim.due) at--;
  claims.splice(at, 0, claim);
}

/** Drops what waits of a symbol whose prices are no longer those that were claimed of. */
function dropClaims(ledger: EdgeLedger, symbol: Ticker): void {
  ledger.claims = ledger.claims.filter((claim) => claim.symbol !== symbol);
}

/** The posterior that a signal rests on, at the time that it is asked for. */
export function edgeOf(
  { strategies }: EdgeLedger,
  config: EdgeConfig | null | undefined,
  { strategy, regime, t }: Pick<Signal, 'strategy' | 'regime' | 't'>,
  part: SessionPart | null,
): Edge {
  const [edge, cell] = [strategies.get(strategy), cellOf(regime, part)];
  if (config === null || config === undefined) return edgeIn(config, edge, cell);
  const prior = priorOf(config, strategy, t);
  const posterior = edgeIn(prior, edge, cell);
  return prior.outcomes === 0 ? posterior : { ...posterior, scored: posterior.scored + prior.outcomes };
}
