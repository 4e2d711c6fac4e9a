/**
 * 1. Whatever the order in which the words of an execution history come, and however often: position and cash end as a reference model has them.
 * 2. No exit is asked for beyond what is held and under no other exit.
 * 3. An execution counts once, by its id.
 * 4. Each request has an id of its own, whatever is asked for again.
 * 5. The same messages give the same requests and reports, also through copies of the state.
 */
import { serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cash, ids, type Leg, type OrderRequest, type Report, type Side } from '@aitrader/model';
import { applyFill, newLedger } from '@aitrader/core-portfolio';
import { A, at, CONFIG, given, later, order, shares, traded, word, type Given } from '../test/given-manager.ts';
import { availableOf, newOrderManager, positionOf, takeOrder, takeReport, type OrderManagerState } from './index.ts';

describe('an execution history of six words', () => {
  const entry: Partial<Report> = { brokerId: 'b0' };
  const WORDS: Readonly<Record<string, Report>> = {
    partial: word('execution', { ...entry, ...traded('e1', 40, 100) }),
    fill: word('execution', { ...entry, ...traded('e2', 60, 101) }),
    correct: word('correction', { ...entry, ...traded('c1', 30, 99, 'e1') }),
    // of the trade as it was corrected
    bust: word('bust', { ...entry, ...traded('x1', 30, 99, 'c1') }),
    cancel: word('canceled', entry),
    exit: word('execution', { brokerId: 'b0.stop', ...traded('s1', 50, 98) }),
  };
  const NAMES = Object.keys(WORDS);
  const LENGTH = 8;

  /** What the words that were heard come to, in whatever order: shares and dollars. */
  function reference(heard: ReadonlySet<string>): readonly [number, number] {
    const first = heard.has('correct') ? (heard.has('bust') ? [0, 0] : [30, 99]) : [40, 100];
    const trades = [
      heard.has('partial') ? first : [0, 0],
      heard.has('fill') ? [60, 101] : [0, 0],
      heard.has('exit') ? [-50, 98] : [0, 0],
    ];
    return [
      trades.reduce((sum, [size = 0]) => sum + size, 0),
      trades.reduce((sum, [size = 0, price = 0]) => sum - size * price, 0),
    ];
  }

  function begin(): OrderManagerState {
    const state = newOrderManager(CONFIG);
    const out: OrderRequest[] = [];
    takeOrder(state, order(), out);
    const legs = (['target', 'stop'] as const).map((leg) => ({ leg, brokerId: `b0.${leg}` }));
    takeReport(state, word('new', { ...entry, request: out[0]?.id ?? null, legs }), out);
    return state;
  }

  /** What a state comes to: by its executions, and by the fills that it told. */
  function outcome(state: OrderManagerState): readonly (readonly [number, number])[] {
    const ledger = newLedger(cash(0));
    for (const fill of state.said.fills) applyFill(ledger, fill);
    const traded = shares(ledger.positions.get(A)?.quantity ?? 0);
    return [
      [shares(positionOf(state, A)), ledger.cash / 1e6],
      [traded, ledger.cash / 1e6],
    ];
  }

  it('1. ends as the reference in all of its permutations with repetition, up to length 8', () => {
    // Histories that lead to the same state and the same words heard have the same futures: each such node is gone on from once, and
    // `ways` counts the histories that lead to it.
    interface Node {
      readonly state: OrderManagerState;
      readonly heard: ReadonlySet<string>;
      next: readonly string[] | undefined;
    }
    const nodes = new Map<string, Node>();
    const enter = (state: OrderManagerState, heard: ReadonlySet<string>): string => {
      state.said.events.length = 0;
      const key = `${[...heard].sort().join()} ${serialize(state).toString('latin1')}`;
      if (!nodes.has(key)) {
        nodes.set(key, { state, heard, next: undefined });
        const expected = reference(heard);
        expect(outcome(state)).toEqual([expected, expected]);
      }
      return key;
    };
    let layer = new Map([[enter(begin(), new Set()), 1]]);
    let histories = 0;
    for (let length = 1; length <= LENGTH; length++) {
      const after = new Map<string, number>();
      for (const [key, ways] of layer) {
        const node = nodes.get(key);
        if (node === undefined) throw new Error('a node was lost');
        node.next ??= NAMES.map((name) => {
          const state = structuredClone(node.state);
          takeReport(state, WORDS[name] ?? word('other'), []);
          return enter(state, new Set([...node.heard, name]));
        });
        for (const next of node.next) after.set(next, (after.get(next) ?? 0) + ways);
      }
      layer = after;
      for (const ways of layer.values()) histories += ways;
    }
    // 6 + 6² + … + 6⁸
    expect(histories).toBe(2_015_538);
  });
});

type Leg3 = Leg | undefined;
type Step =
  | { readonly what: 'order'; readonly id: number; readonly side: Side }
  | { readonly what: 'leave'; readonly id: number }
  | { readonly what: 'word'; readonly n: number; readonly leg: Leg3; readonly kind: Report['kind'] }
  | { readonly what: 'trade'; readonly n: number; readonly leg: Leg3; readonly k: number; readonly isBust: boolean }
  | { readonly what: 'bar'; readonly price: number | undefined; readonly minutes: number }
  | { readonly what: 'halt' | 'resume' | 'reduce-only' | 'cancel' | 'flatten' };

const leg = fc.constantFrom<Leg3[]>(undefined, undefined, 'target', 'stop');
const n = fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4);
const KINDS: readonly Report['kind'][] = [
  ...(['accepted', 'held', 'new', 'new', 'new', 'rejected', 'refused', 'not-now', 'unknown', 'not-found', 'triggered'] as const),
  ...(['replaced', 'canceled', 'canceled', 'canceled', 'expired', 'done', 'filled', 'pending', 'other'] as const),
];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      what: fc.constant('order' as const),
      id: fc.nat({ max: 3 }),
      side: fc.constantFrom<Side[]>('buy', 'sell'),
    }),
    weight: 2,
  },
  { arbitrary: fc.record({ what: fc.constant('leave' as const), id: fc.nat({ max: 3 }) }), weight: 1 },
  { arbitrary: fc.record({ what: fc.constant('word' as const), n, leg, kind: fc.constantFrom(...KINDS) }), weight: 8 },
  {
    arbitrary: fc.record({ what: fc.constant('trade' as const), n, leg, k: fc.nat({ max: 2 }), isBust: fc.boolean() }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      what: fc.constant('bar' as const),
      price: fc.option(fc.integer({ min: 95, max: 106 }), { nil: undefined }),
      minutes: fc.constantFrom(1, 1, 1, 1, 90),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      what: fc.constantFrom('halt' as const, 'resume' as const, 'reduce-only' as const, 'cancel' as const, 'flatten' as const),
    }),
    weight: 1,
  },
);
const play = fc.record({
  from: fc.constantFrom('07:10', '09:25', '10:00', '15:50', '17:00'),
  steps: fc.array(step, { maxLength: 60, size: 'max' }),
});
type Play = typeof play extends fc.Arbitrary<infer T> ? T : never;

const hasLeg = (manager: Given, index: number, part: Leg3): boolean => {
  const submitted = manager.asked.filter((request) => request.kind === 'submit')[index];
  if (submitted?.kind !== 'submit') return false;
  return part === undefined || submitted.class === 'bracket' || (submitted.class === 'oco' && part === 'stop');
};

/** Plays steps; `heard` are the trades that were told, by id, signed by what they do to the position. */
function playOut({ from, steps }: Play, check: (manager: Given, asked: readonly OrderRequest[]) => void, restarts: boolean) {
  const manager = given();
  const heard = new Map<string, number>();
  const busted = new Set<string>();
  const reports: unknown[] = [];
  let clock = at(from);
  const first: Step = { what: 'order', id: 0, side: 'buy' };
  for (const one of [first, ...steps]) {
    const before = manager.asked.length;
    if (restarts) manager.restart();
    if (one.what === 'order') {
      const exits = one.side === 'buy' ? {} : { stop: order().target, target: order().stop };
      manager.take({ id: ids.order(`o${one.id}`), side: one.side, t: clock, exitAt: later(at(from), 200), ...exits });
    } else if (one.what === 'leave') manager.leave(`o${one.id}`, clock);
    else if (one.what === 'word' || one.what === 'trade') {
      if (!hasLeg(manager, one.n, one.leg)) continue;
      if (one.what === 'word') manager.hear(one.n, one.leg, one.kind, { t: clock });
      else {
        const submitted = manager.asked.filter((request) => request.kind === 'submit')[one.n];
        if (submitted?.kind !== 'submit') continue;
        const side =
          one.leg !== undefined && submitted.class === 'bracket'
            ? submitted.side === 'buy'
              ? -1
              : 1
            : submitted.side === 'buy'
              ? 1
              : -1;
        const id = `${one.n}.${one.leg ?? ''}.${one.k}`;
        const size = 10 * (one.k + 1);
        if (one.isBust) busted.add(id);
        else heard.set(id, side * size);
        const told = one.isBust ? traded(`${id}.bust`, size, 100, id) : traded(id, size, 100);
        manager.hear(one.n, one.leg, one.isBust ? 'bust' : 'execution', { t: clock, ...told });
      }
    } else if (one.what === 'bar') {
      clock = later(clock, one.minutes);
      reports.push(
        structuredClone(
          manager.passAt(
            clock,
            one.price === undefined ? undefined : { open: one.price, low: one.price - 1, high: one.price + 1 },
          ),
        ),
      );
    } else manager.command(one.what, clock);
    check(manager, manager.asked.slice(before));
  }
  // whatever is attached to a submission is known from here
  manager.asked
    .filter((request) => request.kind === 'submit')
    .forEach((_, index) => manager.hear(index, undefined, 'pending', { t: clock }));
  let position = 0;
  for (const [id, size] of heard) if (!busted.has(id)) position += size;
  return { manager, position, reports };
}

describe('whatever a broker says', () => {
  it('2. exits are asked for as far as there is something to exit, and no further', () => {
    let exits = 0;
    fc.assert(
      fc.property(play, (given) => {
        playOut(
          given,
          ({ state }, asked) => {
            for (const request of asked) {
              if (request.kind !== 'submit' || request.leg === 'entry') continue;
              exits += 1;
              const managed = state().orders.get(request.orderId);
              if (managed === undefined) throw new Error('a request of nobody');
              expect(availableOf(managed)).toBeGreaterThanOrEqual(0);
              expect(request.quantity).toBeGreaterThan(0);
            }
          },
          false,
        );
      }),
      { numRuns: 600 },
    );
    expect(exits).toBeGreaterThan(200);
  });

  it('3. an execution counts once, and one that was undone not at all', () => {
    let positions = 0;
    fc.assert(
      fc.property(play, (given) => {
        const { manager, position } = playOut(given, () => undefined, false);
        if (position !== 0) positions += 1;
        expect(shares(positionOf(manager.state(), A))).toBe(position);
      }),
      { numRuns: 600 },
    );
    expect(positions).toBeGreaterThan(100);
  });

  it('4. and 5. ids are unique, and copies of the state go on as it would', () => {
    fc.assert(
      fc.property(play, (given) => {
        const straight = playOut(given, () => undefined, false);
        const copied = playOut(given, () => undefined, true);
        expect(copied.manager.asked).toEqual(straight.manager.asked);
        expect(copied.reports).toEqual(straight.reports);
        expect(copied.manager.state()).toEqual(straight.manager.state());
        const ids = straight.manager.asked.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 300 },
    );
  });
});
