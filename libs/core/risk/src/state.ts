import {
  epochMs,
  tightened,
  UNSAID,
  type AccountDoubt,
  type AccountSnapshot,
  type Cash,
  type EpochMs,
  type OrderId,
  type RiskRules,
  type SignalId,
  type StandingLimits,
  type Ticker,
  type Timeframe,
  type Trip,
  type Watchlist,
} from '@aitrader/model';
import { type ActionAgenda, newAgenda } from '@aitrader/core-market';
import { newLedger, type Ledger } from '@aitrader/core-portfolio';
import { newCalendarCursor, type CalendarCursor } from '@aitrader/core-sessions';
import { newAccountRules, type AccountRules } from './account-rules.ts';
import { goOnWithCosts, newCostBook, type CostBook } from '@aitrader/core-simulation';
import { goOnWithForecasts, newAccountForecasts, type AccountForecasts } from './account-forecast.ts';
import { newCorrelations, type Correlations } from './correlation.ts';
import { newDataTrust, type DataTrust } from './data-trust.ts';
import { newHorizonScales, type HorizonScales } from './horizon-scales.ts';
import { newEdgeLedger, type EdgeLedger } from './claims.ts';
import { newInnovations, type Innovations } from './innovations.ts';
import type { OpenOrder, SettledOrder } from './open-orders.ts';
import { newEntryPace, type EntryPace } from './entry-pace.ts';
import { newTape, type Tape } from './tape.ts';
import { newVolumes, type Volumes } from './volumes.ts';

/** All that risk knows of the account, as plain data. Bounded by the universe, by `openOrdersMax`, by what operators ask for
 * and by the orders of a week. */
export interface RiskState {
  /** as configured, and as in force: each limit as small as an operator has commanded */
  readonly configured: RiskRules;
  config: RiskRules;
  limits: StandingLimits;
  /** of the venue that the bars are of */
  calendar: CalendarCursor;
  readonly ledger: Ledger;
  readonly tape: Tape;
  /** what the law looks at besides */
  readonly rules: AccountRules;
  /** what bars have told of what trading costs */
  readonly costs: CostBook;
  /** how symbols surprise together, how much they do, and how far that takes them by a close */
  readonly innovations: Innovations;
  readonly correlations: Correlations;
  readonly scales: HorizonScales;
  /** what is forecast of the account itself, and how that fared */
  readonly forecasts: AccountForecasts;
  /** what strategies claimed, and what that came to */
  edges: EdgeLedger;
  /** corporate actions that are not in force yet */
  readonly agenda: ActionAgenda;
  /** approved and not yet settled */
  readonly orders: Map<OrderId, OpenOrder>;
  /** settled within the last week, the oldest first */
  readonly settled: Map<OrderId, SettledOrder>;
  /** what operators have asked for in this run, by the ids that it was answered under */
  readonly manual: Set<SignalId>;
  /** breaks of the account whose shares were written off in this run */
  readonly writtenOff: Set<string>;
  /** the interval decided last; 0 before the first one */
  t: EpochMs;
  /** of its bars */
  timeframe: Timeframe;
  /** what halted entries and stands, in the order in which it was tripped, one of a kind; and how many were tripped in all the account's runs */
  trips: readonly Trip[];
  tripped: number;
  /** what is known of volumes, and of entries approved so far */
  readonly volumes: Volumes;
  readonly pace: EntryPace;
  /** symbols that the exchange has halted */
  readonly halted: Set<Ticker>;
  /** when the bars of the interval became known */
  knownAt: number;
  /** the list that a scan made last; null before the first */
  watchlist: Watchlist | null;
  /** what execution doubts of the account, by its word on the interval; null: nothing */
  doubt: AccountDoubt | null;
  /** how far the market's data can be relied on */
  readonly data: DataTrust;
  /** high-water mark of the equity that the drawdown is measured from */
  equityPeak: Cash;
  /** equity that the loss of the trade date is measured from, and the session that it is of; −1 before the first */
  equityOfDate: Cash;
  session: number;
  /** the account as it was said last; null before the first interval */
  account: AccountSnapshot | null;
}

/** Goes on with the account by the limits of today, each still as small as it was commanded. Its cash is what it came to, whatever an account would start with. @throws RangeError */
export const goOnWithAccount = (config: RiskRules, [ended]: readonly (RiskState | EndedBefore)[]): RiskState => {
  const { halt, haltedBy, ...account }: Partial<RiskState & EndedBefore> = ended ?? {};
  const costs = goOnWithCosts(newCostBook(config.costs), account.costs);
  const anew = newRiskState(config);
  const pace = { ...anew.pace, ...account.pace };
  const tape = tapeOfBefore(account.tape ?? anew.tape);
  const limits = account.limits ?? anew.limits;
  const before = {
    ...anew,
    ...account,
    costs,
    pace,
    tape,
    limits,
    forecasts: goOnWithForecasts(account.forecasts),
    doubt: UNSAID,
    configured: config,
    config: tightened(config, limits),
  };
  return halt === undefined || halt === null ? before : { ...before, ...trippedBefore(before, halt, haltedBy ?? null) };
};

/** A tape of before it had the closes before the last ones knows none of them. */
const tapeOfBefore = (tape: Omit<Tape, 'before'> & { before?: Float64Array }): Tape => ({
  ...tape,
  before: tape.before ?? new Float64Array(tape.close.length),
});

/** What a state of the layout `risk/2` said of halts. */
interface EndedBefore {
  readonly halt?: 'operator' | 'drawdown' | null;
  readonly haltedBy?: { readonly t: EpochMs; readonly actor: string } | null;
}

/** A halt that was left without an id gets the first one, from the interval that its account was left at on. */
function trippedBefore(
  { t }: RiskState,
  halt: 'operator' | 'drawdown',
  by: EndedBefore['haltedBy'],
): Pick<RiskState, 'trips' | 'tripped'> {
  const [kind, said] = halt === 'drawdown' ? (['drawdown', 'risk'] as const) : (['halt', by?.actor ?? ''] as const);
  return { trips: [{ id: `${kind}.${t}.1`, kind, t, by: said, reason: '', value: 0, limit: 0 }], tripped: 1 };
}

/** A flat account that has seen nothing. @throws RangeError naming every limit that is not finite, or below zero */
export function newRiskState(config: RiskRules): RiskState {
  const limits = Object.entries({
    ...config,
    ...config.regimeBudget,
    ...config.entryLimits,
    ...config.entryLimits.perSessionPartMax,
    ...config.costs,
  });
  const wrong = limits.filter(([, limit]) => typeof limit === 'number' && !(limit >= 0 && limit < Infinity));
  if (wrong.length > 0) throw new RangeError(`risk limits must be finite and not negative: ${wrong.map(String).join(' ')}`);
  return {
    configured: config,
    config,
    limits: new Map(),
    calendar: newCalendarCursor(),
    ledger: newLedger(config.startingCash),
    tape: newTape(),
    rules: newAccountRules(config.startingCash),
    costs: newCostBook(config.costs),
    innovations: newInnovations(),
    correlations: newCorrelations(),
    scales: newHorizonScales(),
    forecasts: newAccountForecasts(),
    edges: newEdgeLedger(),
    agenda: newAgenda(),
    orders: new Map(),
    settled: new Map(),
    manual: new Set(),
    writtenOff: new Set(),
    t: epochMs(0),
    timeframe: '1m',
    trips: [],
    tripped: 0,
    volumes: newVolumes(),
    pace: newEntryPace(),
    halted: new Set(),
    knownAt: 0,
    watchlist: null,
    doubt: UNSAID,
    data: newDataTrust(),
    equityPeak: config.startingCash,
    equityOfDate: config.startingCash,
    session: -1,
    account: null,
  };
}
