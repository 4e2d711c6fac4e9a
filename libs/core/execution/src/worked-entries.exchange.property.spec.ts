/**
 * Orders that are worked in children, at the exchange.
 *
 * 1. What has filled of an order and what may still fill of it, by the exchange's own books, is never more than the order.
 * 2. Every child has the limit of the first one, and works alone.
 * 3. Positions and cash by what the manager tells are those of the exchange's ledger; a long order is never short, and flat in the end.
 * 4. The last word on an entry says that nothing of it is to come.
 * All of it also where submissions are lost, late or not taken, and whatever is commanded.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quantity, type WorkingRules } from '@aitrader/model';
import { isFinal, positionIn } from '@aitrader/core-exchange';
import type { Venue } from '../test/given-exchange.ts';
import { A } from '../test/given-manager.ts';
import { commands, faulty, play, playOut } from '../test/played-orders.ts';
import type { ManagedOrder } from './index.ts';

const rules: fc.Arbitrary<WorkingRules> = fc.record({
  largerThanShareOfVolume: fc.constantFrom(0, 0, 0.01),
  algorithm: fc.constantFrom('twap' as const, 'participation' as const),
  share: fc.constantFrom(0.01, 0.05, 0.4),
  everyMinutes: fc.integer({ min: 1, max: 5 }),
  catchUpMax: fc.constantFrom(1, 3),
  participationMax: fc.constantFrom(0.02, 0.1, 0.5),
  minutesMax: fc.constantFrom(3, 15, 40),
});

interface Seen {
  /** the most children that an order had, and orders that were worked */
  children: number;
  worked: number;
  filledByMany: number;
}

/** What the exchange has of an order's entries, each of them, as `filled`, `open` and its limit. */
function entriesAt({ exchange, underWay }: Venue, { requestIds }: ManagedOrder) {
  const mine = new Set<string>(requestIds);
  const there = [...exchange.orders.values()].filter(({ clientOrderId, role }) => role === 'entry' && mine.has(clientOrderId));
  const entries = there.filter(({ clientOrderId }) => clientOrderId.includes('.entry.'));
  const coming = underWay.filter(({ id }) => mine.has(id));
  return {
    committed: [
      ...entries.map(({ filled, open, status }) => filled + (isFinal(status) ? 0 : open)),
      ...coming.map((one) => one.quantity),
    ].reduce<number>((sum, units) => sum + units, 0),
    limits: new Set(entries.map(({ limit }) => limit)),
    atWork: entries.filter(({ status }) => !isFinal(status)).length,
    filled: entries.filter(({ filled }) => filled > 0).length,
    all: entries.length,
  };
}

function check(venue: Venue, seen: Seen): void {
  for (const managed of venue.manager.orders.values()) {
    if (managed.work === null) continue;
    const { committed, limits, atWork, filled, all } = entriesAt(venue, managed);
    expect(committed).toBeLessThanOrEqual(managed.order.quantity);
    expect(limits.size).toBeLessThanOrEqual(1);
    expect(atWork).toBeLessThanOrEqual(1);
    seen.children = Math.max(seen.children, all);
    seen.filledByMany = Math.max(seen.filledByMany, filled);
    seen.worked += 1;
  }
}

/** Nothing is to come of an entry, by the last word on it. */
function expectOver({ events, manager }: Venue): void {
  const last = new Map(events.filter(({ leg }) => leg === 'entry').map((event) => [event.orderId, event.remaining]));
  for (const id of manager.orders.keys()) expect([id, last.get(id)]).toEqual([id, quantity(0)]);
}

/** `isFlat`: what was bought and then undone may have been sold already. */
function expectEnd({ venue, seen }: ReturnType<typeof playOut>, isFlat: boolean): void {
  expect(seen.isSame).toBe(true);
  expect(venue.ledger.cash).toBe(venue.exchange.ledger.cash);
  if (isFlat) expect([seen.shortest, positionIn(venue.exchange, A)]).toEqual([0, 0]);
  expect(venue.exchange.working.size).toBe(0);
  expectOver(venue);
}

const newSeen = (): Seen => ({ children: 0, worked: 0, filledByMany: 0 });

describe('orders that are worked at the exchange', () => {
  it('1. are never more than they are, and end as what they are', () => {
    const seen = newSeen();
    fc.assert(
      fc.property(play, rules, commands, fc.boolean(), (of, working, given, isCommanded) => {
        const played = playOut(of, undefined, isCommanded ? given : [], 45, { working, each: (at) => check(at, seen) });
        expectEnd(played, !played.seen.kinds.has('bust'));
      }),
      { numRuns: 250 },
    );
    expect(seen.worked).toBeGreaterThan(500);
    expect(seen.children).toBeGreaterThan(8);
    expect(seen.filledByMany).toBeGreaterThan(5);
  });

  it('1. are not multiplied by what is lost, late or not taken', () => {
    const seen = newSeen();
    fc.assert(
      fc.property(play, rules, faulty, (of, working, wrong) => {
        const given = { ...of, isNamed: true, amends: [], orders: of.orders.slice(0, 1) };
        expectEnd(playOut(given, wrong, [], 45, { working, each: (at) => check(at, seen) }), true);
      }),
      { numRuns: 300 },
    );
    expect(seen.worked).toBeGreaterThan(250);
    expect(seen.children).toBeGreaterThan(4);
  });
});
