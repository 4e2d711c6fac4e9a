import { describe, expect, it } from '@jest/globals';
import { epochMs, ids, priceFromDollars, quantityFromShares, sharesOf, type EpochMs } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  newWorkedOrder,
  outcomeOf,
  ParentOrderError,
  workOrder,
  type ChildRequest,
  type ParentOrder,
  type WorkedOrder,
} from '../index.ts';

const MINUTE = 60_000;
const LIMIT = priceFromDollars(101);
const at = (clock: string, date = '2026-01-05'): EpochMs => {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return newYorkInstant(date, hour * 60 + minute);
};

const twap = (more: Partial<ParentOrder> = {}): ParentOrder => ({
  side: 'buy',
  quantity: quantityFromShares(100),
  limit: LIMIT,
  from: at('10:00'),
  until: at('10:10'),
  extendedHours: false,
  pace: { kind: 'twap', everyMinutes: 2, catchUpMax: 1 },
  participationMax: 0.1,
  ...more,
});

/** What is asked for as minutes pass; each child fills whole in the minute after it, unless `fills` says otherwise. */
function play(parent: ParentOrder, volumes: readonly number[], { from = parent.from, fills = true } = {}) {
  const state = newWorkedOrder(parent);
  const asked: string[] = [];
  let working: { child: number; shares: number } | undefined;
  volumes.forEach((volumeShares, n) => {
    const t = epochMs(from + n * MINUTE);
    if (working !== undefined && fills) {
      const { child, shares } = working;
      workOrder(state, { kind: 'filled', child, id: ids.fill(`f${n}`), quantity: quantityFromShares(shares) }, []);
      workOrder(state, { kind: 'ended', child, filled: quantityFromShares(shares) }, []);
      working = undefined;
    }
    const out: ChildRequest[] = [];
    workOrder(state, { kind: 'interval', t, volumeShares }, out);
    for (const request of out) {
      if (request.kind === 'place') working = { child: request.child, shares: sharesOf(request.quantity) };
      asked.push(`${n} ${request.kind} ${request.child}${request.kind === 'place' ? ` of ${sharesOf(request.quantity)}` : ''}`);
    }
  });
  return { state, asked };
}

const placed = (asked: readonly string[]): string[] => asked.map((line) => line.replace(/place \d+ /, ''));
const sayOf = (state: WorkedOrder) => {
  const { filled, left, working, state: is } = outcomeOf(state);
  return `${is}: ${sharesOf(filled)} filled, ${sharesOf(working)} at work, ${sharesOf(left)} left`;
};
const deep = (minutes: number): number[] => Array.from({ length: minutes }, () => 10_000);

describe('a time-weighted parent', () => {
  it('is sent in equal parts', () => {
    const { asked, state } = play(twap(), deep(11));
    expect(placed(asked)).toEqual(['0 of 20', '2 of 20', '4 of 20', '6 of 20', '8 of 20']);
    expect(sayOf(state)).toBe('done: 100 filled, 0 at work, 0 left');
  });

  it('sends what shares do not divide into as the schedule goes on', () => {
    const { asked } = play(twap({ quantity: quantityFromShares(7) }), deep(11));
    expect(placed(asked)).toEqual(['0 of 1', '2 of 1', '4 of 2', '6 of 1', '8 of 2']);
  });

  it('is of no more than its share of the last interval, and goes on within the part', () => {
    const { asked } = play(twap(), [50, 80, 70, 0, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000]);
    expect(placed(asked)).toEqual(['0 of 5', '1 of 8', '2 of 7', '4 of 20', '6 of 20', '8 of 20']);
  });

  it('makes up for what was missed, by no more than it may at once', () => {
    const missed = [0, 0, 0, 0, ...deep(6)];
    expect(placed(play(twap(), missed).asked)).toEqual(['4 of 20', '6 of 20', '8 of 20']);
    const bold = twap({ pace: { kind: 'twap', everyMinutes: 2, catchUpMax: 2 } });
    expect(placed(play(bold, missed).asked)).toEqual(['4 of 40', '6 of 40', '8 of 20']);
    expect(sayOf(play(twap(), [...missed, 0]).state)).toBe('time-over: 60 filled, 0 at work, 40 left');
  });

  it('waits for the child that works, and calls it off at its end', () => {
    const { asked, state } = play(twap(), deep(13), { fills: false });
    expect(asked).toEqual(['0 place 1 of 20', '10 cancel 1', '11 cancel 1', '12 cancel 1']);
    expect(sayOf(state)).toBe('working: 0 filled, 20 at work, 80 left');
    workOrder(state, { kind: 'ended', child: 1, filled: quantityFromShares(0) }, []);
    expect(sayOf(state)).toBe('time-over: 0 filled, 0 at work, 100 left');
  });

  it('counts the minutes of its sessions: a night is none, nor are extended hours unless it may trade in them', () => {
    const over = twap({ from: at('15:56'), until: at('09:36', '2026-01-06') });
    expect(placed(play(over, deep(6)).asked)).toEqual(['0 of 20', '2 of 20']);
    const next = play(over, deep(8), { from: at('09:28', '2026-01-06') });
    expect(placed(next.asked)).toEqual(['2 of 20', '4 of 20', '6 of 20']);
    const late = { ...over, until: at('16:06'), extendedHours: true };
    expect(placed(play(late, deep(11)).asked)).toEqual(['0 of 20', '2 of 20', '4 of 20', '6 of 20', '8 of 20']);
  });

  it('sends nothing where no session is', () => {
    const { asked, state } = play(twap({ from: at('17:00'), until: at('17:10') }), deep(11));
    expect(asked).toEqual([]);
    expect(sayOf(state)).toBe('time-over: 0 filled, 0 at work, 100 left');
  });
});

describe('a participating parent', () => {
  const share = (more: Partial<ParentOrder> = {}): ParentOrder => twap({ pace: { kind: 'participation', share: 0.05 }, ...more });

  it('is its share of what traded since the beginning', () => {
    const { asked, state } = play(share(), [9_999, 200, 300, 0, 390, 30, 2_000, 0, 0]);
    expect(placed(asked)).toEqual(['1 of 10', '2 of 15', '4 of 19', '5 of 2', '6 of 54']);
    expect(sayOf(state)).toBe('done: 100 filled, 0 at work, 0 left');
  });

  it('is of no more than its share of the last interval when it has waited', () => {
    const parent = share({ participationMax: 0.08 });
    const state = newWorkedOrder(parent);
    const out: ChildRequest[] = [];
    [200, 400, 400, 400].forEach((volumeShares, n) => {
      workOrder(state, { kind: 'interval', t: epochMs(parent.from + (n + 1) * MINUTE), volumeShares }, out);
      // the first child expires in the third interval, and nothing of it filled
      if (n === 2) workOrder(state, { kind: 'ended', child: 1, filled: quantityFromShares(0) }, out);
    });
    expect(out.map((one) => (one.kind === 'place' ? sharesOf(one.quantity) : one.kind))).toEqual([10, 32]);
  });
});

describe('what a parent hears', () => {
  function atWork(): WorkedOrder {
    const state = newWorkedOrder(twap());
    workOrder(state, { kind: 'interval', t: at('10:00'), volumeShares: 10_000 }, []);
    return state;
  }
  const fill = (state: WorkedOrder, id: string, shares: number): void =>
    workOrder(state, { kind: 'filled', child: 1, id: ids.fill(id), quantity: quantityFromShares(shares) }, []);

  it('counts a fill once, also after the child is over, and holds back what its end says was filled', () => {
    const state = atWork();
    fill(state, 'a', 5);
    fill(state, 'a', 5);
    workOrder(state, { kind: 'ended', child: 1, filled: quantityFromShares(12) }, []);
    expect(sayOf(state)).toBe('working: 5 filled, 7 at work, 88 left');
    fill(state, 'b', 7);
    expect(sayOf(state)).toBe('working: 12 filled, 0 at work, 88 left');
  });

  it('holds all of a child back that ended without a word of what filled, until it is told', () => {
    const state = atWork();
    workOrder(state, { kind: 'ended', child: 1, filled: null }, []);
    expect(sayOf(state)).toBe('working: 0 filled, 20 at work, 80 left');
    const out: ChildRequest[] = [];
    workOrder(state, { kind: 'interval', t: at('10:02'), volumeShares: 10_000 }, out);
    expect(out).toEqual([]);
    workOrder(state, { kind: 'ended', child: 1, filled: quantityFromShares(0) }, []);
    expect(sayOf(state)).toBe('working: 0 filled, 0 at work, 100 left');
  });

  it('takes back what is undone or restated, also when that comes first', () => {
    const state = atWork();
    const amend = (id: string, amends: string, shares: number): void =>
      workOrder(state, { kind: 'amended', id: ids.fill(id), amends: ids.fill(amends), quantity: quantityFromShares(shares) }, []);
    amend('c', 'b', 0);
    amend('b', 'a', 4);
    fill(state, 'a', 10);
    expect(sayOf(state)).toBe('working: 0 filled, 10 at work, 90 left');
    fill(state, 'd', 10);
    amend('e', 'd', 6);
    amend('e', 'd', 6);
    expect(sayOf(state)).toBe('working: 6 filled, 0 at work, 94 left');
  });

  it('is called off at once, and takes no words on children that it does not have', () => {
    const state = atWork();
    const out: ChildRequest[] = [];
    workOrder(state, { kind: 'ended', child: 7, filled: quantityFromShares(3) }, out);
    workOrder(state, { kind: 'called-off' }, out);
    workOrder(state, { kind: 'called-off' }, out);
    expect(out).toEqual([{ kind: 'cancel', child: 1 }]);
    workOrder(state, { kind: 'ended', child: 1, filled: quantityFromShares(0) }, out);
    workOrder(state, { kind: 'interval', t: at('10:02'), volumeShares: 10_000 }, out);
    expect([out.length, sayOf(state)]).toEqual([1, 'called-off: 0 filled, 0 at work, 100 left']);
  });

  it.each<[string, Partial<ParentOrder>]>([
    ['quantity', { quantity: quantityFromShares(0) }],
    ['whole shares', { quantity: quantityFromShares(1.5) }],
    ['limit', { limit: priceFromDollars(0) }],
    ['until', { until: at('10:00') }],
    ['participationMax', { participationMax: 1.1 }],
    ['share', { pace: { kind: 'participation', share: 0 } }],
    ['everyMinutes', { pace: { kind: 'twap', everyMinutes: 0.5, catchUpMax: 1 } }],
    ['catchUpMax', { pace: { kind: 'twap', everyMinutes: 1, catchUpMax: NaN } }],
  ])('is refused for its %s', (name, more) => {
    expect(() => newWorkedOrder(twap(more))).toThrow(ParentOrderError);
    expect(() => newWorkedOrder(twap(more))).toThrow(name);
  });
});
