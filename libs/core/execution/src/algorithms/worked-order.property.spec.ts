/**
 * 1. What has filled and what may still fill is never more than the parent's quantity, at any moment.
 * 2. Every child has the parent's limit, is of whole shares, and works alone: the next one is sent when it is over.
 * 3. No child is more than its share of what traded in the last interval, and all of a participation is never more than its share of what
 *    was seen to trade. A schedule is never ahead by more than a part, and makes up for no more than so many parts at once.
 * 4. Children are sent in the parent's time and hours alone. At its end what works is called off, once an interval until it is over.
 * 5. What is not known counts as if it could still fill: a child whose cancel is refused, or that ended and nobody says what of it filled.
 * 6. The same events give the same children, also through a copy of the state.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, ids, item, priceFromDollars, quantityFromShares, sharesOf, type EpochMs, type FillId } from '@aitrader/model';
import { newYorkInstant, tradingMinutesBetween } from '@aitrader/core-sessions';
import {
  committedOf,
  newWorkedOrder,
  outcomeOf,
  workOrder,
  type ChildRequest,
  type ParentOrder,
  type WorkedOrder,
  type WorkEvent,
} from '../index.ts';

const MINUTE = 60_000;
/** Half an hour over a close and the next open, with the evening between left out. */
const TIMES: readonly EpochMs[] = [
  ...Array.from({ length: 20 }, (_, n) => epochMs(newYorkInstant('2026-01-05', 15 * 60 + 45) + n * MINUTE)),
  ...Array.from({ length: 30 }, (_, n) => epochMs(newYorkInstant('2026-01-06', 9 * 60 + 25) + n * MINUTE)),
];

const someParent: fc.Arbitrary<ParentOrder> = fc
  .record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    shares: fc.integer({ min: 1, max: 600 }),
    from: fc.integer({ min: 0, max: 20 }),
    minutes: fc.integer({ min: 1, max: 45 }),
    extendedHours: fc.boolean(),
    pace: fc.oneof(
      fc.record({
        kind: fc.constant('twap' as const),
        everyMinutes: fc.integer({ min: 1, max: 7 }),
        catchUpMax: fc.constantFrom(1, 1.5, 3),
      }),
      fc.record({ kind: fc.constant('participation' as const), share: fc.constantFrom(0.01, 0.07, 0.5) }),
    ),
    participationMax: fc.constantFrom(0.03, 0.2, 1),
  })
  .map(({ shares, from, minutes, ...rest }) => ({
    ...rest,
    quantity: quantityFromShares(shares),
    limit: priceFromDollars(100),
    from: item(TIMES, from),
    until: item(TIMES, Math.min(from + minutes, TIMES.length - 1)),
  }));

/** What the broker does in an interval with the child at work, and how long its words take. */
const someDeed = fc.record({
  volume: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4_000 })),
  fillShare: fc.constantFrom(0, 0, 0.3, 1),
  expires: fc.constantFrom(false, false, false, true),
  takesCancel: fc.boolean(),
  saysFilled: fc.boolean(),
  amends: fc.constantFrom('bust', 'correction', undefined, undefined, undefined),
  late: fc.nat({ max: 3 }),
  twice: fc.boolean(),
  shuffles: fc.boolean(),
});
const somePlay = fc.record({
  parent: someParent,
  deeds: fc.array(someDeed, { minLength: TIMES.length, maxLength: TIMES.length }),
  calledOffAt: fc.option(fc.integer({ min: 0, max: TIMES.length - 1 }), { nil: undefined, freq: 5 }),
});
type Play = typeof somePlay extends fc.Arbitrary<infer T> ? T : never;
type Deed = Play['deeds'][number];

/** A broker that tells the truth, late, twice and out of order. Shares. */
interface Broker {
  readonly children: { readonly shares: number; filled: number; traded: number; isOver: boolean; saidAll: boolean }[];
  readonly fills: { readonly child: number; id: FillId; shares: number; isBusted: boolean }[];
  readonly words: { readonly due: number; readonly event: WorkEvent }[];
  ids: number;
}

const filledAt = ({ fills }: Broker): number => fills.reduce((sum, { shares }) => sum + shares, 0);
const openAt = ({ children }: Broker): number =>
  children.reduce((sum, { isOver, shares, traded }) => sum + (isOver ? 0 : shares - traded), 0);

function say(broker: Broker, n: number, deed: Deed, event: WorkEvent): void {
  broker.words.push({ due: n + deed.late, event });
  if (deed.twice) broker.words.push({ due: n + deed.late + 1, event });
}

function end(broker: Broker, n: number, child: number, deed: Deed): void {
  const one = item(broker.children, child - 1);
  if (one.isOver && one.saidAll) return;
  one.isOver = true;
  one.saidAll = deed.saysFilled;
  say(broker, n, deed, { kind: 'ended', child, filled: deed.saysFilled ? quantityFromShares(one.traded) : null });
}

/** Trades the child at work, and undoes or restates an earlier trade. */
function trade(broker: Broker, n: number, deed: Deed): void {
  broker.children.forEach((one, at) => {
    const shares = one.isOver ? 0 : Math.ceil((one.shares - one.traded) * deed.fillShare);
    if (shares > 0) {
      broker.ids += 1;
      const id = ids.fill(`f${broker.ids}`);
      one.traded += shares;
      broker.fills.push({ child: at + 1, id, shares, isBusted: false });
      say(broker, n, deed, { kind: 'filled', child: at + 1, id, quantity: quantityFromShares(shares) });
      if (one.traded === one.shares) end(broker, n, at + 1, { ...deed, saysFilled: true });
    }
    if (deed.expires && !one.isOver) end(broker, n, at + 1, deed);
  });
  const fill = broker.fills.at(-1);
  if (deed.amends === undefined || fill === undefined || fill.isBusted) return;
  broker.ids += 1;
  const id = ids.fill(`f${broker.ids}`);
  const shares = deed.amends === 'bust' ? 0 : Math.ceil(fill.shares / 2);
  say(broker, n, deed, { kind: 'amended', id, amends: fill.id, quantity: quantityFromShares(shares) });
  Object.assign(fill, { id, shares, isBusted: shares === 0 });
}

interface Seen {
  readonly n: number;
  readonly t: EpochMs;
  readonly request: ChildRequest;
  readonly lastShares: number;
  readonly seenShares: number;
  /** shares that had filled or could fill by the broker's own books, with this request */
  readonly atBroker: number;
  readonly committed: number;
  /** committed when the part of the schedule began */
  readonly atPart: number;
}

const partOf = ({ pace, from }: ParentOrder, minutes: (to: EpochMs) => number, t: EpochMs): number =>
  pace.kind === 'twap' && t >= from ? Math.floor(minutes(t) / pace.everyMinutes) : 0;

function minutesIn({ from, extendedHours }: ParentOrder): (to: EpochMs) => number {
  return (to) => tradingMinutesBetween(from, to, extendedHours ? ['PRE', 'RTH', 'POST'] : ['RTH']);
}

function run(
  { parent, deeds, calledOffAt }: Play,
  { copies = false, check }: { copies?: boolean; check?: (broker: Broker, state: WorkedOrder) => void } = {},
) {
  let state = newWorkedOrder(parent);
  const broker: Broker = { children: [], fills: [], words: [], ids: 0 };
  const seen: Seen[] = [];
  const minutes = minutesIn(parent);
  let [lastShares, seenShares, part, atPart] = [0, 0, -1, 0];
  const step = (n: number, event: WorkEvent): void => {
    const out: ChildRequest[] = [];
    workOrder(state, event, out);
    for (const request of out) {
      if (request.kind === 'place')
        broker.children.push({ shares: sharesOf(request.quantity), filled: 0, traded: 0, isOver: false, saidAll: false });
      else if (item(deeds, n).takesCancel) end(broker, n, request.child, item(deeds, n));
      const atBroker = filledAt(broker) + openAt(broker);
      seen.push({
        n,
        t: item(TIMES, n),
        request,
        lastShares,
        seenShares,
        atBroker,
        committed: sharesOf(committedOf(state)),
        atPart,
      });
    }
    if (copies) state = structuredClone(state);
    check?.(broker, state);
  };
  const tell = (n: number, upTo: number): void => {
    const due = broker.words.filter((word) => word.due <= upTo);
    broker.words.splice(0, broker.words.length, ...broker.words.filter((word) => word.due > upTo));
    for (const { event } of item(deeds, n).shuffles ? due.reverse() : due) step(n, event);
  };
  TIMES.forEach((t, n) => {
    const deed = item(deeds, n);
    trade(broker, n, deed);
    tell(n, n);
    if (calledOffAt === n) step(n, { kind: 'called-off' });
    lastShares = deed.volume;
    if (t > parent.from) seenShares += deed.volume;
    if (partOf(parent, minutes, t) !== part) [part, atPart] = [partOf(parent, minutes, t), sharesOf(committedOf(state))];
    step(n, { kind: 'interval', t, volumeShares: deed.volume });
  });
  const last = TIMES.length - 1;
  for (const [at, one] of broker.children.entries())
    if (!one.isOver || !one.saidAll) end(broker, last, at + 1, { ...item(deeds, last), saysFilled: true });
  tell(last, Infinity);
  return { state, broker, seen };
}

const placedIn = (seen: readonly Seen[]) =>
  seen.flatMap((one) => (one.request.kind === 'place' ? [{ ...one, shares: sharesOf(one.request.quantity) }] : []));

describe('a parent order at work, whatever the broker does', () => {
  it('1. and 5. never has more filled and at work than it is of, by its own books and by the broker’s', () => {
    let placed = 0;
    fc.assert(
      fc.property(somePlay, (play) => {
        const most = sharesOf(play.parent.quantity);
        const { seen } = run(play, {
          check: (broker, state) => {
            const committed = sharesOf(committedOf(state));
            expect(committed).toBeLessThanOrEqual(most);
            // its own books never say less than the broker's
            expect(filledAt(broker) + openAt(broker)).toBeLessThanOrEqual(committed);
          },
        });
        placed += placedIn(seen).length;
      }),
      { numRuns: 400 },
    );
    expect(placed).toBeGreaterThan(400);
  });

  it('2. sends children of whole shares at its limit, one at a time', () => {
    fc.assert(
      fc.property(somePlay, (play) => {
        for (const { request, shares } of placedIn(run(play).seen)) {
          expect(Number.isInteger(shares) && shares > 0).toBe(true);
          expect(request).toMatchObject({ limit: play.parent.limit });
        }
        run(play, {
          check: ({ children }) => {
            const open = children.flatMap(({ isOver, shares, traded }, at) => (!isOver && traded < shares ? [at] : []));
            expect(open.length).toBeLessThanOrEqual(1);
          },
        });
      }),
      { numRuns: 100 },
    );
  });

  it('3. is never more than its share of what traded, and no further than its schedule', () => {
    const paces = new Map<string, number>();
    fc.assert(
      fc.property(somePlay, (play) => {
        const { pace, participationMax, from, until, quantity: size } = play.parent;
        const minutes = minutesIn(play.parent);
        for (const { t, shares, lastShares, seenShares, committed, atBroker, atPart } of placedIn(run(play).seen)) {
          paces.set(pace.kind, (paces.get(pace.kind) ?? 0) + 1);
          expect(shares).toBeLessThanOrEqual(participationMax * lastShares);
          if (pace.kind === 'participation') {
            expect(Math.max(committed, atBroker)).toBeLessThanOrEqual(pace.share * seenShares);
            continue;
          }
          const total = tradingMinutesBetween(from, until, play.parent.extendedHours ? ['PRE', 'RTH', 'POST'] : ['RTH']);
          const ahead = Math.min(1, (minutes(t) + pace.everyMinutes) / total);
          expect(committed).toBeLessThanOrEqual(sharesOf(size) * ahead + 1e-9);
          const onePart = Math.ceil((sharesOf(size) * pace.everyMinutes) / total);
          expect(committed - atPart).toBeLessThanOrEqual(pace.catchUpMax * onePart);
        }
      }),
      { numRuns: 400 },
    );
    expect([...paces.keys()].sort()).toEqual(['participation', 'twap']);
  });

  it('4. sends in its time and hours alone, and then calls off what works, once an interval', () => {
    fc.assert(
      fc.property(somePlay, (play) => {
        const { from, until, extendedHours } = play.parent;
        const { seen, state } = run(play);
        for (const { n, t, request } of seen) {
          const isOut = t >= until || (play.calledOffAt !== undefined && n >= play.calledOffAt);
          expect(request.kind).toBe(isOut ? 'cancel' : 'place');
          if (request.kind === 'cancel') continue;
          expect(t).toBeGreaterThanOrEqual(from);
          const next = tradingMinutesBetween(t, epochMs(t + MINUTE), extendedHours ? ['PRE', 'RTH', 'POST'] : ['RTH']);
          expect(next).toBe(1);
        }
        const cancels = seen.flatMap(({ n, request }) => (request.kind === 'cancel' ? [`${n} ${request.child}`] : []));
        // a child may be called off by a word and once more by the interval behind it, whose time is later
        expect(new Set(cancels).size).toBeGreaterThanOrEqual(cancels.length / 2);
        expect(outcomeOf(state).working).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('ends with what the broker has, and says what was not done', () => {
    fc.assert(
      fc.property(somePlay, (play) => {
        const { state, broker } = run(play);
        const { filled, left, working, state: is } = outcomeOf(state);
        expect([sharesOf(filled), working]).toEqual([filledAt(broker), 0]);
        expect(filled + left).toBe(play.parent.quantity);
        expect(is).toBe(left === 0 ? 'done' : play.calledOffAt === undefined ? 'time-over' : 'called-off');
      }),
      { numRuns: 200 },
    );
  });

  it('6. goes on from a copy of its state as it would have', () => {
    fc.assert(
      fc.property(somePlay, (play) => {
        expect(run(play, { copies: true }).seen).toEqual(run(play).seen);
      }),
      { numRuns: 50 },
    );
  });
});
