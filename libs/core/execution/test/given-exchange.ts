import fc from 'fast-check';
import {
  COSTS_BEFORE_KEYS,
  cash,
  epochMs,
  newBarSlice,
  newExecutionReport,
  quantity,
  requestIdOf,
  type AccountOrder,
  type AccountWord,
  type BarSlice,
  type BreakEvent,
  type Control,
  type EpochMs,
  type Order,
  type OrderEvent,
  type OrderRequest,
  type Report,
  type SubmitRequest,
  type Ticker,
} from '@aitrader/model';
import { applyFill, newLedger, type Ledger } from '@aitrader/core-portfolio';
import {
  accountFigures,
  advance,
  isFinal,
  legsOf,
  listAsset,
  newExchange,
  rootOf,
  type ExchangeState,
  type TradeUpdate,
} from '@aitrader/core-exchange';
import {
  askExchange,
  newOrderManager,
  passInterval,
  reportOf,
  takeAccount,
  takeControl,
  takeOrder,
  takeReport,
  type OrderManagerConfig,
  type OrderManagerState,
} from '../src/index.ts';
import { noteVolumes } from '../src/volume-seen.ts';
import { A, word } from './given-manager.ts';

export const CASH = cash(1e12);
const SIMULATION = {
  halfSpreadBpRegular: 1,
  halfSpreadBpExtended: 5,
  impactBp: 10,
  participationMax: 0.1,
  feePerShareDollars: 0.001,
  ...COSTS_BEFORE_KEYS,
};

/** A manager, the exchange that it trades at, and what it told. */
export interface Venue {
  readonly exchange: ExchangeState;
  manager: OrderManagerState;
  readonly ledger: Ledger;
  /** whether the stream is heard before the answer */
  readonly isStreamFirst: boolean;
  /** whether the manager goes on as a copy of itself, time and again */
  readonly isCopied: boolean;
  /** whether the stream names the request of an order, and what belongs to it */
  readonly isNamed: boolean;
  readonly breaks: BreakEvent[];
  /** what was told of orders */
  readonly events: OrderEvent[];
  /** what becomes of the submissions that come, one after the other; once they are used up nothing does */
  readonly faults: SubmissionFault[];
  /** submissions that are under way still, though the broker has said that they are not there */
  readonly underWay: SubmitRequest[];
}

/**
 * `lost`: never arrives; `late`: arrives after the broker has said that it is not there, an exit not at all; `not-now`: is not taken for now.
 */
export type SubmissionFault = 'none' | 'lost' | 'late' | 'not-now';

/** How a venue is heard. */
type Hearing = Pick<Venue, 'isStreamFirst' | 'isCopied' | 'isNamed'>;

/** A venue that opens with the interval that closes at `from`. */
export function givenVenue(
  from: EpochMs,
  config: OrderManagerConfig,
  symbols: readonly Ticker[],
  hearing: Partial<Hearing> = {},
): Venue {
  const exchange = newExchange({ seed: 's', from: epochMs(from - 60_000), cash: CASH, simulation: SIMULATION, rules: 'vendor' });
  for (const symbol of symbols) listAsset(exchange, symbol);
  const usual = { isStreamFirst: true, isCopied: false, isNamed: true };
  return {
    ...usual,
    ...hearing,
    exchange,
    manager: newOrderManager(config),
    ledger: newLedger(CASH),
    breaks: [],
    events: [],
    faults: [],
    underWay: [],
  };
}

/** What the stream tells. */
export function toldOf({ exchange, manager, isNamed }: Venue, update: TradeUpdate): Report {
  const request = requestIdOf(update.order.clientOrderId);
  if (!isNamed || !manager.byRequest.has(request)) return reportOf(update);
  const legs = legsOf(exchange, rootOf(exchange, update.order)).map(({ id, role: leg }) => ({ leg, brokerId: id }));
  return { ...reportOf(update), request, legs };
}

/** Performs requests, and what follows from what is heard of them, until nothing follows. */
export function perform(venue: Venue, requests: OrderRequest[]): void {
  for (let request = requests.shift(); request !== undefined; request = requests.shift()) {
    const fault = request.kind === 'submit' ? venue.faults.shift() : undefined;
    if (fault !== undefined && fault !== 'none') {
      if (fault === 'late' && request.kind === 'submit' && request.leg === 'entry') venue.underWay.push(request);
      const { id, symbol } = request;
      const kind = fault === 'not-now' ? fault : 'not-found';
      hear(venue, word(kind, { t: venue.exchange.now, request: id, symbol }), requests);
      continue;
    }
    const updates: TradeUpdate[] = [];
    const answer = askExchange(venue.exchange, request, updates);
    const reports = updates.map((update) => toldOf(venue, update));
    if (venue.isStreamFirst) reports.push(answer);
    else reports.unshift(answer);
    for (const report of reports) hear(venue, report, requests);
  }
}

/** Lets what is under way arrive; the stream alone tells of it. */
export function arrive(venue: Venue): readonly TradeUpdate[] {
  const updates: TradeUpdate[] = [];
  for (const request of venue.underWay.splice(0)) askExchange(venue.exchange, request, updates);
  return updates;
}

/** Hears a word twice. */
export function hear(venue: Venue, report: Report, requests: OrderRequest[]): void {
  if (venue.isCopied) venue.manager = structuredClone(venue.manager);
  takeReport(venue.manager, report, requests);
  takeReport(venue.manager, report, requests);
}

/** Lets the manager hear what happened in an interval, and close it. */
export function settleInterval(venue: Venue, t: EpochMs, slices: readonly BarSlice[], updates: readonly TradeUpdate[]): void {
  const requests: OrderRequest[] = [];
  for (const update of updates) hear(venue, toldOf(venue, update), requests);
  perform(venue, requests);
  closeInterval(venue, t, slices);
}

/** Closes an interval, with what follows. */
export function closeInterval(venue: Venue, t: EpochMs, slices: readonly BarSlice[]): void {
  const requests: OrderRequest[] = [];
  const report = newExecutionReport();
  if (venue.manager.volumes !== null) noteVolumes(venue.manager.volumes, t, slices);
  passInterval(venue.manager, t, slices, report, requests, venue.breaks);
  for (const fill of report.fills) applyFill(venue.ledger, fill);
  venue.events.push(...report.events);
  perform(venue, requests);
}

export function giveOrder(venue: Venue, given: Order): void {
  const requests: OrderRequest[] = [];
  takeOrder(venue.manager, given, requests);
  perform(venue, requests);
}

export function command(venue: Venue, given: Control): void {
  const requests: OrderRequest[] = [];
  takeControl(venue.manager, given, requests);
  perform(venue, requests);
}

/** How the account stands by the exchange's own books. */
export function accountOf({ exchange, manager }: Venue, why = 'schedule'): AccountWord {
  const orders: AccountOrder[] = [];
  for (const order of exchange.orders.values()) {
    if (isFinal(order.status)) continue;
    const request = requestIdOf(order.clientOrderId);
    orders.push({ brokerId: order.id, symbol: order.symbol, request: manager.byRequest.has(request) ? request : null });
  }
  return {
    kind: 'account',
    t: exchange.now,
    word: why,
    cash: exchange.ledger.cash,
    equity: accountFigures(exchange).equity,
    positions: [...exchange.ledger.positions.values()].map(({ symbol, quantity: held }) => ({
      symbol,
      quantity: quantity(held),
    })),
    orders,
  };
}

/** Lets an interval pass at the exchange; what happened is told by nobody yet. */
export function passAtExchange({ exchange }: Venue, t: EpochMs, slices: readonly BarSlice[]): TradeUpdate[] {
  const updates: TradeUpdate[] = [];
  advance(exchange, t, slices, updates);
  return updates;
}

export function hearAccount(venue: Venue, told: AccountWord): void {
  if (venue.isCopied) venue.manager = structuredClone(venue.manager);
  takeAccount(venue.manager, told);
}

/** A minute of a walk in steps of ten cents. */
export const minuteBar = fc.record({
  move: fc.integer({ min: -4, max: 4 }),
  range: fc.nat({ max: 4 }),
  volume: fc.constantFrom<number[]>(300, 900, 50_000),
});
type MinuteBar = typeof minuteBar extends fc.Arbitrary<infer T> ? T : never;

/** The slice of such a minute after `last`, in steps; an empty one without. */
export function walkSlice(t: EpochMs, last: number, given: MinuteBar | undefined): BarSlice {
  const slice = { ...newBarSlice(0, '1m', 1), t };
  if (given === undefined) return slice;
  const close = last + given.move;
  [slice.count, slice.symbols] = [1, [A]];
  [slice.open[0], slice.close[0]] = [last / 10, close / 10];
  [slice.high[0], slice.low[0]] = [(Math.max(last, close) + given.range) / 10, (Math.min(last, close) - given.range) / 10];
  slice.volume[0] = given.volume;
  return slice;
}
