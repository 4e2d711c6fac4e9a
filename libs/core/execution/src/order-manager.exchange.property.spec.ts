/**
 * The order manager against the exchange: what either says of positions and cash is the same, whatever the order of their words.
 *
 * 1. Positions and cash by what the manager tells are those of the exchange's own ledger.
 * 2. A long order never becomes a short position.
 * 3. Past their exit times all orders are flat, and nothing works at the exchange any more.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  COSTS_BEFORE_KEYS,
  cash,
  dollarsOfPrice,
  epochMs,
  ids,
  item,
  newBarSlice,
  newExecutionReport,
  price,
  priceFromDollars,
  quantityFromShares,
  read,
  sharesOf,
  type BarSlice,
  type EpochMs,
  type Order,
  type Report,
  type ReportKind,
  type OrderRequest,
} from '@aitrader/model';
import { newSliceFeed, nextInterval, sampleMarket } from '@aitrader/core-market';
import { phaseAt } from '@aitrader/core-sessions';
import { applyFill, newLedger, type Ledger } from '@aitrader/core-portfolio';
import {
  advance,
  bustTrade,
  cancelOrder,
  correctTrade,
  isRefusal,
  legsOf,
  listAsset,
  newExchange,
  placeOrder,
  positionIn,
  type ExchangeState,
  type TradeUpdate,
  type UpdateKind,
} from '@aitrader/core-exchange';
import { A, at, CONFIG, later, order, word } from '../test/given-manager.ts';
import { isSettled, newOrderManager, passInterval, positionOf, takeOrder, takeReport, type OrderManagerState } from './index.ts';

const MINUTES = 70;
/** The last minutes have a market that whoever wants to get out finds. */
const CALM_MINUTES = 20;
const CASH = cash(1e12);
const SIMULATION = {
  halfSpreadBpRegular: 1,
  halfSpreadBpExtended: 5,
  impactBp: 10,
  participationMax: 0.1,
  feePerShareDollars: 0.001,
  ...COSTS_BEFORE_KEYS,
};
const READINGS: Readonly<Record<UpdateKind, ReportKind>> = {
  pending_new: 'accepted',
  accepted: 'accepted',
  new: 'new',
  partial_fill: 'execution',
  fill: 'execution',
  canceled: 'canceled',
  expired: 'expired',
  replaced: 'replaced',
  pending_cancel: 'pending',
  pending_replace: 'pending',
  order_cancel_rejected: 'pending',
  order_replace_rejected: 'pending',
  trade_bust: 'bust',
  trade_correct: 'correction',
};

const bar = fc.record({
  move: fc.integer({ min: -4, max: 4 }),
  range: fc.nat({ max: 4 }),
  volume: fc.constantFrom<number[]>(300, 900, 50_000),
});
const play = fc.record({
  from: fc.constantFrom('07:10', '09:10', '10:00', '15:20', '16:30'),
  bars: fc.array(fc.option(bar, { freq: 9, nil: undefined }), {
    minLength: MINUTES - CALM_MINUTES,
    maxLength: MINUTES - CALM_MINUTES,
  }),
  /** minutes at which an order comes */
  orders: fc.uniqueArray(fc.nat({ max: 25 }), { minLength: 1, maxLength: 4 }),
  shares: fc.integer({ min: 1, max: 120 }),
  /** whether the stream is heard before the answer */
  isStreamFirst: fc.boolean(),
  /** at which a trade is undone, or restated */
  amends: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 2 }),
  /** at which cancels take effect late only */
  delays: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }),
});
type Play = typeof play extends fc.Arbitrary<infer T> ? T : never;

/** A manager, the exchange that it trades at, and what it told. */
interface Venue {
  readonly exchange: ExchangeState;
  manager: OrderManagerState;
  readonly ledger: Ledger;
  readonly isStreamFirst: boolean;
  /** whether the manager goes on as a copy of itself, time and again */
  readonly isCopied: boolean;
}

const reportOf = ({ kind, t, order: given, execution }: TradeUpdate): Report =>
  word(READINGS[kind], {
    t,
    symbol: given.symbol,
    brokerId: given.id,
    filled: given.filled,
    open: given.open,
    execution:
      execution === undefined
        ? null
        : {
            ...execution,
            id: ids.fill(execution.id),
            amends: execution.amends === undefined ? null : ids.fill(execution.amends),
          },
    word: kind,
  });

/** Performs requests, and what follows from what is heard of them, until nothing follows. */
function perform(venue: Venue, requests: OrderRequest[]): void {
  const { exchange } = venue;
  for (let request = requests.shift(); request !== undefined; request = requests.shift()) {
    const updates: TradeUpdate[] = [];
    const answer = answerTo(exchange, request, updates);
    const reports = updates.map(reportOf);
    if (venue.isStreamFirst) reports.push(answer);
    else reports.unshift(answer);
    for (const report of reports) hear(venue, report, requests);
  }
}

function hear(venue: Venue, report: Report, requests: OrderRequest[]): void {
  if (venue.isCopied) venue.manager = structuredClone(venue.manager);
  // told twice
  takeReport(venue.manager, report, requests);
  takeReport(venue.manager, report, requests);
}

function answerTo(exchange: ExchangeState, request: OrderRequest, updates: TradeUpdate[]): Report {
  const base = { t: exchange.now, request: request.id, symbol: request.symbol };
  if (request.kind === 'cancel') {
    const id = request.brokerId ?? exchange.byClientId.get(request.about) ?? 'none';
    const refusal = cancelOrder(exchange, id, updates);
    return word(refusal === undefined ? 'pending' : 'refused', base);
  }
  if (request.kind !== 'submit') throw new Error('nothing is replaced');
  const { exits, limit } = request;
  const text = (at: number): string => String(dollarsOfPrice(price(at)));
  const placed = placeOrder(
    exchange,
    {
      symbol: request.symbol,
      qty: String(sharesOf(request.quantity)),
      side: request.side,
      type: 'limit',
      timeInForce: 'day',
      orderClass: request.class,
      extendedHours: request.extendedHours,
      clientOrderId: request.id,
      limitPrice: limit === null ? undefined : text(limit),
      takeProfit: exits === null ? undefined : { limitPrice: text(exits.target) },
      stopLoss: exits === null ? undefined : { stopPrice: text(exits.stop) },
    },
    updates,
  );
  if (isRefusal(placed)) return word('refused', { ...base, word: placed.message });
  const legs = legsOf(exchange, placed).map(({ id, role }) => ({ leg: role, brokerId: id }));
  return word('accepted', { ...base, brokerId: placed.id, legs });
}

function sliceOf(t: EpochMs, last: number, given: Play['bars'][number]): BarSlice {
  const slice = { ...newBarSlice(0, '1m', 1), t };
  if (given === undefined) return slice;
  const close = last + given.move;
  [slice.count, slice.symbols] = [1, [A]];
  [slice.open[0], slice.close[0]] = [last / 10, close / 10];
  [slice.high[0], slice.low[0]] = [(Math.max(last, close) + given.range) / 10, (Math.min(last, close) - given.range) / 10];
  slice.volume[0] = given.volume;
  return slice;
}

/** Lets the manager hear what happened in an interval, and close it. */
function settleInterval(venue: Venue, t: EpochMs, slices: readonly BarSlice[], updates: readonly TradeUpdate[]): void {
  const requests: OrderRequest[] = [];
  for (const update of updates) hear(venue, reportOf(update), requests);
  perform(venue, requests);
  const report = newExecutionReport();
  passInterval(venue.manager, t, slices, report, requests);
  for (const fill of report.fills) applyFill(venue.ledger, fill);
  perform(venue, requests);
}

function give(venue: Venue, given: Order): void {
  const requests: OrderRequest[] = [];
  takeOrder(venue.manager, given, requests);
  perform(venue, requests);
}

/** Plays orders out, and says what became of them: `isSame`, whether positions were the same after every interval. */
function playOut({ from, bars, orders, shares, isStreamFirst, amends, delays }: Play) {
  const begin = at(from);
  const exchange = newExchange({ seed: 's', from: epochMs(begin - 60_000), cash: CASH, simulation: SIMULATION, rules: 'vendor' });
  listAsset(exchange, A);
  const venue: Venue = {
    exchange,
    manager: newOrderManager({ ...CONFIG, collarBpExtended: 40 }),
    ledger: newLedger(CASH),
    isStreamFirst,
    isCopied: true,
  };
  const seen = { trades: 0, kinds: new Set<string>(), shortest: 0, isSame: true };
  let last = 1000;
  const calm = Array.from({ length: CALM_MINUTES }, () => ({ move: 0, range: 1, volume: 50_000 }));
  [...bars, ...calm].forEach((given, minute) => {
    const t = later(begin, minute);
    const slice = sliceOf(t, last, given);
    last += given?.move ?? 0;
    const updates: TradeUpdate[] = [];
    if (delays.includes(minute)) exchange.delayed.cancel += 1;
    advance(exchange, t, [slice], updates);
    const trade = exchange.executions.at(-1);
    if (amends.includes(minute) && trade !== undefined) {
      if (minute % 2 === 0) bustTrade(exchange, trade.id, updates);
      else correctTrade(exchange, trade.id, { price: price(trade.price + 100), quantity: undefined }, updates);
    }
    settleInterval(venue, t, [slice], updates);
    if (orders.includes(minute)) {
      const reference = priceFromDollars(last / 10);
      const exits = { stop: priceFromDollars(last / 10 - 1), target: priceFromDollars(last / 10 + 1.5) };
      const id = ids.order(`o${minute}`);
      const given = order({ id, t, reference, ...exits, quantity: quantityFromShares(shares), exitAt: later(begin, 45) });
      give(venue, given);
    }
    seen.shortest = Math.min(seen.shortest, positionIn(exchange, A));
    seen.isSame &&= positionOf(venue.manager, A) === positionIn(exchange, A);
  });
  const rest = newExecutionReport();
  passInterval(venue.manager, later(begin, MINUTES), [], rest, []);
  for (const fill of rest.fills) applyFill(venue.ledger, fill);
  for (const { kind } of exchange.executions) seen.kinds.add(kind);
  seen.trades = exchange.executions.length;
  return { venue, seen };
}

describe('an order manager at the exchange', () => {
  it('1. has the positions and the cash of the exchange, 2. is never short, 3. and flat in the end', () => {
    let trades = 0;
    const kinds = new Set<string>();
    fc.assert(
      fc.property(play, (given) => {
        const { venue, seen } = playOut(given);
        trades += seen.trades;
        for (const kind of seen.kinds) kinds.add(kind);
        expect(seen.isSame).toBe(true);
        expect(venue.ledger.cash).toBe(venue.exchange.ledger.cash);
        if (!seen.kinds.has('bust')) expect(seen.shortest).toBe(0);
        // what was bought and then undone has been sold already: nobody buys it back but an operator
        if (seen.kinds.has('bust')) expect(positionIn(venue.exchange, A)).toBeLessThanOrEqual(0);
        else expect(positionIn(venue.exchange, A)).toBe(0);
        expect(venue.exchange.working.size).toBe(0);
      }),
      { numRuns: 150 },
    );
    expect(trades).toBeGreaterThan(300);
    expect([...kinds].sort()).toEqual(['bust', 'correction', 'execution']);
  });

  it('1. has them in the whole of the sample market too, long and short, over nights and an early close', () => {
    const table = sampleMarket();
    const feed = newSliceFeed(table, { shards: 1 });
    const slices = [newBarSlice(0, '1m', table.symbols.length)];
    const exchange = newExchange({ seed: 's', from: epochMs(0), cash: CASH, simulation: SIMULATION, rules: 'vendor' });
    for (const symbol of table.symbols) listAsset(exchange, symbol);
    const venue: Venue = {
      exchange,
      manager: newOrderManager(CONFIG),
      ledger: newLedger(CASH),
      isStreamFirst: true,
      isCopied: false,
    };
    const legs = new Set<string>();
    let intervals = 0;
    let differing = 0;
    while (nextInterval(feed, slices)) {
      const slice = item(slices, 0);
      const updates: TradeUpdate[] = [];
      advance(exchange, slice.t, slices, updates);
      for (const { kind, order: of } of updates) if (kind === 'fill') legs.add(`${phaseAt(slice.t)} ${of.role} ${of.orderClass}`);
      settleInterval(venue, slice.t, slices, updates);
      for (const symbol of table.symbols) if (positionOf(venue.manager, symbol) !== positionIn(exchange, symbol)) differing += 1;
      intervals += 1;
      for (let row = 0; row < slice.count; row++) {
        const symbol = item(slice.symbols, row);
        const isFlat = [...venue.manager.orders.values()].every((one) => one.order.symbol !== symbol || isSettled(one));
        if (isFlat && (intervals + row) % 20 === 0) give(venue, sampleOrder(slice, row, intervals));
      }
    }
    expect(differing).toBe(0);
    expect(venue.ledger.cash).toBe(exchange.ledger.cash);
    expect(exchange.executions.length).toBeGreaterThan(400);
    // entries and exits of every kind, in and out of regular hours
    expect([...legs].sort()).toEqual(expect.arrayContaining(['RTH entry bracket', 'RTH stop bracket', 'RTH target bracket']));
    expect([...legs].some((leg) => leg.startsWith('PRE'))).toBe(true);
    expect([...legs].some((leg) => leg.startsWith('POST'))).toBe(true);
  });
});

/** Long or short by turns, stop and target half a percent away, for an hour. */
function sampleOrder({ t, symbols, close }: BarSlice, row: number, n: number): Order {
  const symbol = item(symbols, row);
  const last = read(close, row);
  const isLong = n % 2 === 0;
  const [below, above] = [priceFromDollars(last * 0.995), priceFromDollars(last * 1.005)];
  return order({
    id: ids.order(`o.${t}.${symbol}`),
    t,
    symbol,
    side: isLong ? 'buy' : 'sell',
    quantity: quantityFromShares(10 + (n % 50)),
    reference: priceFromDollars(last),
    stop: isLong ? below : above,
    target: isLong ? above : below,
    exitAt: later(t, 60),
  });
}
