/**
 * The order manager against the exchange: what either says of positions and cash is the same, whatever the order of their words.
 *
 * 1. Positions and cash by what the manager tells are those of the exchange's own ledger.
 * 2. A long order never becomes a short position.
 * 3. Past their exit times all orders are flat, and nothing works at the exchange any more.
 * 4. After a flatten nothing is held before long, wherever it comes, and other commands keep nothing from being left.
 * All of it also where submissions are lost, or arrive after the broker has said that they are not there.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  epochMs,
  ids,
  item,
  newBarSlice,
  price,
  newControl,
  priceFromDollars,
  quantityFromShares,
  read,
  type BarSlice,
  type ControlKind,
  type Order,
  type Ticker,
} from '@aitrader/model';
import { newSliceFeed, nextInterval, sampleMarket } from '@aitrader/core-market';
import { phaseAt } from '@aitrader/core-sessions';
import { bustTrade, correctTrade, positionIn } from '@aitrader/core-exchange';
import {
  arrive,
  command,
  closeInterval,
  giveOrder,
  givenVenue,
  minuteBar,
  passAtExchange,
  settleInterval,
  walkSlice,
  type SubmissionFault,
} from '../test/given-exchange.ts';
import { A, at, CONFIG, later, order } from '../test/given-manager.ts';
import { isSettled, positionOf } from './index.ts';

const MINUTES = 70;
/** The last minutes have a market that whoever wants to get out finds. */
const CALM_MINUTES = 20;
/** In a calm market: what is lost, delayed or late costs some, and each of a few refusals an interval. */
const FLATTEN_MINUTES = 15;
const play = fc.record({
  from: fc.constantFrom('07:10', '09:10', '10:00', '15:20', '16:30'),
  bars: fc.array(fc.option(minuteBar, { freq: 9, nil: undefined }), {
    minLength: MINUTES - CALM_MINUTES,
    maxLength: MINUTES - CALM_MINUTES,
  }),
  /** minutes at which an order comes */
  orders: fc.uniqueArray(fc.nat({ max: 25 }), { minLength: 1, maxLength: 4 }),
  shares: fc.integer({ min: 1, max: 120 }),
  /** whether the stream is heard before the answer */
  isStreamFirst: fc.boolean(),
  isNamed: fc.boolean(),
  /** at which a trade is undone, or restated */
  amends: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 2 }),
  /** at which cancels take effect late only */
  delays: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }),
});
const FAULTS: readonly SubmissionFault[] = ['none', 'lost', 'late', 'late', 'not-now'];
const faulty = fc.record({
  /** what becomes of each submission */
  faults: fc.array(fc.constantFrom(...FAULTS), { minLength: 1, maxLength: 12 }),
  /** minutes at which what is under way arrives */
  arrivals: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 20 }),
});
const commands = fc.array(
  fc.record({
    minute: fc.nat({ max: 44 }),
    kind: fc.constantFrom<ControlKind[]>('halt', 'reduce-only', 'cancel', 'resume'),
    symbols: fc.constantFrom<Ticker[][]>([], [A]),
  }),
  { maxLength: 6 },
);
type Commands = readonly { readonly minute: number; readonly kind: ControlKind; readonly symbols: readonly Ticker[] }[];
type Faulty = typeof faulty extends fc.Arbitrary<infer T> ? T : never;
type Play = typeof play extends fc.Arbitrary<infer T> ? T : never;

/** Plays orders out, and says what became of them: `isSame`, whether positions were the same after every interval. */
function playOut(
  { from, bars, orders, shares, isStreamFirst, isNamed, amends, delays }: Play,
  { faults, arrivals }: Faulty = { faults: [], arrivals: [] },
  given: Commands = [],
  minutesHeld = 45,
) {
  const begin = at(from);
  const config = { ...CONFIG, collarBpExtended: 40 };
  const venue = givenVenue(begin, config, [A], { isStreamFirst, isNamed, isCopied: true });
  venue.faults.push(...faults);
  const { exchange } = venue;
  const positions: number[] = [];
  const seen = { trades: 0, positions, kinds: new Set<string>(), shortest: 0, longest: 0, isSame: true };
  let last = 1000;
  const calm = Array.from({ length: CALM_MINUTES }, () => ({ move: 0, range: 1, volume: 50_000 }));
  [...bars, ...calm].forEach((drawn, minute) => {
    const t = later(begin, minute);
    const slice = walkSlice(t, last, drawn);
    last += drawn?.move ?? 0;
    if (delays.includes(minute)) exchange.delayed.cancel += 1;
    for (const { minute: of, kind, symbols } of given)
      if (of === minute) command(venue, newControl(kind, t, 'x', 'y', { symbols }));
    const updates = passAtExchange(venue, t, [slice]);
    if (arrivals.includes(minute)) updates.push(...arrive(venue));
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
      const size = quantityFromShares(shares);
      giveOrder(venue, order({ id, t, reference, ...exits, quantity: size, exitAt: later(begin, minutesHeld) }));
    }
    seen.shortest = Math.min(seen.shortest, positionIn(exchange, A));
    positions.push(positionIn(exchange, A));
    seen.longest = Math.max(seen.longest, positionIn(exchange, A));
    seen.isSame &&= positionOf(venue.manager, A) === positionIn(exchange, A);
  });
  closeInterval(venue, later(begin, MINUTES), []);
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

  it('holds all of it where submissions are lost, late, or not taken', () => {
    let [doubled, entered] = [0, 0];
    fc.assert(
      fc.property(play, faulty, (of, wrong) => {
        const given = { ...of, isNamed: true, amends: [], orders: of.orders.slice(0, 1) };
        const { venue, seen } = playOut(given, wrong);
        if (seen.longest > quantityFromShares(given.shares)) doubled += 1;
        if (seen.trades > 0) entered += 1;
        expect(seen.isSame).toBe(true);
        expect(venue.ledger.cash).toBe(venue.exchange.ledger.cash);
        expect(seen.shortest).toBe(0);
        expect(positionIn(venue.exchange, A)).toBe(0);
        expect(venue.exchange.working.size).toBe(0);
      }),
      { numRuns: 120 },
    );
    expect(entered).toBeGreaterThan(50);
    // two of an order filled, and what was too much was closed
    expect(doubled).toBeGreaterThan(0);
  });

  it('4. is flat in the end whatever is commanded', () => {
    let trades = 0;
    fc.assert(
      fc.property(play, commands, (of, given) => {
        const { venue, seen } = playOut({ ...of, amends: [] }, undefined, given);
        trades += seen.trades;
        expect(seen.isSame).toBe(true);
        expect(seen.shortest).toBe(0);
        expect(positionIn(venue.exchange, A)).toBe(0);
        expect(venue.exchange.working.size).toBe(0);
      }),
      { numRuns: 60 },
    );
    expect(trades).toBeGreaterThan(60);
  });

  it('4. holds nothing before long after a flatten, and enters nothing more', () => {
    let held = 0;
    fc.assert(
      fc.property(
        play,
        faulty,
        fc.integer({ min: 3, max: 49 }),
        fc.constantFrom<Ticker[][]>([], [A]),
        (of, { faults, arrivals }, minute, symbols) => {
          const bars = of.bars.map((drawn, n) => (n < minute ? drawn : { move: 0, range: 1, volume: 50_000 }));
          const given = [{ minute, kind: 'flatten' as const, symbols }];
          const wrong = { faults, arrivals: arrivals.filter((arrival) => arrival <= minute) };
          const { venue, seen } = playOut({ ...of, bars, amends: [], isNamed: true }, wrong, given, MINUTES + 1);
          if ((seen.positions[minute - 1] ?? 0) > 0) held += 1;
          const after = seen.positions.slice(minute + FLATTEN_MINUTES);
          expect(after.filter((position) => position !== 0)).toEqual([]);
          expect(venue.exchange.working.size).toBe(0);
        },
      ),
      { numRuns: 80 },
    );
    expect(held).toBeGreaterThan(15);
  });

  it('1. has them in the whole of the sample market too, long and short, over nights and an early close', () => {
    const table = sampleMarket();
    const feed = newSliceFeed(table, { shards: 1 });
    const slices = [newBarSlice(0, '1m', table.symbols.length)];
    const venue = givenVenue(epochMs(60_000), CONFIG, table.symbols);
    const { exchange } = venue;
    const legs = new Set<string>();
    let intervals = 0;
    let differing = 0;
    while (nextInterval(feed, slices)) {
      const slice = item(slices, 0);
      const updates = passAtExchange(venue, slice.t, slices);
      for (const { kind, order: of } of updates) if (kind === 'fill') legs.add(`${phaseAt(slice.t)} ${of.role} ${of.orderClass}`);
      settleInterval(venue, slice.t, slices, updates);
      for (const symbol of table.symbols) if (positionOf(venue.manager, symbol) !== positionIn(exchange, symbol)) differing += 1;
      intervals += 1;
      for (let row = 0; row < slice.count; row++) {
        const symbol = item(slice.symbols, row);
        const isFlat = [...venue.manager.orders.values()].every((one) => one.order.symbol !== symbol || isSettled(one));
        if (isFlat && (intervals + row) % 20 === 0) giveOrder(venue, sampleOrder(slice, row, intervals));
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
