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
  priceFromDollars,
  quantityFromShares,
  read,
  type BarSlice,
  type Order,
  type Ticker,
} from '@aitrader/model';
import { newSliceFeed, nextInterval, sampleMarket } from '@aitrader/core-market';
import { phaseAt } from '@aitrader/core-sessions';
import { positionIn } from '@aitrader/core-exchange';
import { giveOrder, givenVenue, passAtExchange, settleInterval } from '../test/given-exchange.ts';
import { A, CONFIG, later, order } from '../test/given-manager.ts';
import { commands, faulty, FLATTEN_MINUTES, MINUTES, play, playOut, undoneWhileExiting } from '../test/played-orders.ts';
import { isSettled, positionOf } from './index.ts';

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
      { numRuns: 150, examples: [[undoneWhileExiting]] },
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
